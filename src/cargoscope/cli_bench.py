"""The commands that say how fast this machine is: bench detect, bench simulate."""

from pathlib import Path
from typing import Annotated

import typer

from cargoscope.cli_edge import sentences

app = typer.Typer()
bench = typer.Typer(no_args_is_help=True, help="How fast this machine is.")
app.add_typer(bench, name="bench")


@bench.callback()
def speed() -> None:
    """How fast this machine is."""


@bench.command()
def detect(
    model: Annotated[
        list[Path] | None,
        typer.Option(exists=True, file_okay=False, help="Model folder, may be repeated; else the packaged ones."),
    ] = None,
    provider: Annotated[str, typer.Option(help="Execution provider of onnxruntime.")] = "CPUExecutionProvider",
    threads: Annotated[int, typer.Option(min=0, help="Of the models; 0: one per core.")] = 0,
    rounds: Annotated[int, typer.Option(min=1, help="Examinations of each model, in turns.")] = 10,
) -> None:
    """Time the examination of a 40-ft container of 2500 x 600 pixels and two energies, models in turns.

    For each model: milliseconds a scan, how much of it is the network alone on the same tiles, and the network's rate
    as a share of the machine's matrix products in floats. The first model is what the others are compared with.

    Example: cargoscope bench detect --threads 2
    """
    from cargoscope.inference.latency import measure
    from cargoscope.models.registry import PACKAGED

    with sentences():
        timed = measure(model or [folder for folder in PACKAGED if folder.is_dir()], provider, threads or None, rounds)
    for one in timed:
        typer.echo(str(one))
    for other in timed[1:]:
        typer.echo(f"{other.name} takes {other.scan_ms / timed[0].scan_ms:.2f} of the time of {timed[0].name}")


@bench.command()
def simulate(
    scans: Annotated[int, typer.Option(min=2, help="Scans of each measurement.")] = 12,
    tiles: Annotated[int, typer.Option(min=0, help="Training tiles of each measurement; 0: none.")] = 200,
    processes: Annotated[int, typer.Option(min=1, help="Compared with one process.")] = 2,
    profile: Annotated[str, typer.Option(help="Scanner profile.")] = "linac-6-4",
) -> None:
    """Time the simulator: plain and rich scenes with threats, all artefacts, packed; and training tiles with threats.

    Each is measured with one process and with several, in one run. A busy machine slows the clock, not the processor
    time. Shares say what bounds it.

    Example: cargoscope bench simulate --scans 20
    """
    from cargoscope.datasets.simulation.pace import pace
    from cargoscope.datasets.simulation.simulate import Plan
    from cargoscope.datasets.simulation.vehicle.container import SIZES_MM

    plain = Plan(profile, 1, clean_share=0.5, threats=(1, 3))
    rich = Plan(profile, 1, clean_share=0.5, threats=(1, 3), containers=tuple(SIZES_MM))
    with sentences():
        for name, plan in (("plain scenes", plain), ("rich scenes", rich)):
            for count in sorted({1, processes}):
                typer.echo(f"{name}, {pace(plan, scans, count)}")
        if tiles:
            from cargoscope.training.recipe import RECIPES, Recipe
            from cargoscope.training.tile_rate import tile_rate

            recipe = Recipe.from_toml(RECIPES / "cargoscope-s.toml")
            for rate in tile_rate(recipe, tiles, tuple(sorted({1, processes}))):
                typer.echo(f"training tiles, {rate}")
