"""The command line. Every command is thin: read the arguments, call one function of a room, print a sentence."""

from pathlib import Path
from typing import Annotated

import typer

from cargoscope import (
    cli_adapt,
    cli_bench,
    cli_benchmark,
    cli_competence,
    cli_data,
    cli_detect,
    cli_models,
    cli_project,
    cli_scene,
    cli_service,
    cli_training,
)
from cargoscope.errors import CargoscopeError

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(cli_detect.app)
app.add_typer(cli_training.app)
app.add_typer(cli_scene.app)
app.add_typer(cli_models.app)
app.add_typer(cli_adapt.app)
app.add_typer(cli_bench.app)
app.add_typer(cli_benchmark.app)
app.add_typer(cli_project.app)
app.add_typer(cli_service.app)
app.add_typer(cli_data.app, name="data")
app.add_typer(cli_competence.cases, name="cases")
app.add_typer(cli_competence.teams, name="teams")


@app.command()
def simulate(
    output: Annotated[Path, typer.Option(help="Folder for the scans and truth.json; made where it is missing.")],
    profile: Annotated[
        str,
        typer.Option(
            help="Scanner profile: linac-6-4, linac-6-8bit, linac-6-35-mobile, linac-9-6; linac-6-4-gantry is held "
            "out, for the test split alone; parcel-160 takes what can be posted, pallet-300 loaded pallets."
        ),
    ] = "linac-6-4",
    count: Annotated[int, typer.Option(min=1, help="Number of scans.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 0,
    split: Annotated[str, typer.Option(help="train, validation or test: each has articles of its own.")] = "train",
    clean_share: Annotated[float, typer.Option(min=0, max=1, help="Share of scans without contraband.")] = 0.5,
    threats: Annotated[tuple[int, int], typer.Option(help="Fewest and most objects in the other scans.")] = (1, 1),
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = 1,
    kinds: Annotated[
        list[str] | None, typer.Option(help="Kind of contraband, may be repeated; without it four common ones.")
    ] = None,
    places: Annotated[
        list[str] | None,
        typer.Option(help="Hiding place such as rip_off or false_wall, may be repeated; 'all' for every one."),
    ] = None,
    cargo: Annotated[
        list[str] | None,
        typer.Option(help="Kind of goods such as frozen or tyres, may be repeated; 'all' for every one."),
    ] = None,
    containers: Annotated[
        list[str] | None,
        typer.Option(help="ISO 6346 size-type such as 45R1, may be repeated; 'all' for every one."),
    ] = None,
    views: Annotated[
        list[str] | None,
        typer.Option(help="'--views side --views top' for a second source above; of trucks with named goods or sizes."),
    ] = None,
) -> None:
    """Write simulated scan packages with their truth.

    Example: cargoscope simulate --profile linac-6-4 --count 20 --seed 1 --output sim/train
    """
    from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
    from cargoscope.datasets.simulation.simulate import FIRST_CARGO, Plan, write_simulated
    from cargoscope.datasets.simulation.threats.kinds import FIRST_KINDS
    from cargoscope.datasets.simulation.threats.places import ALL_PLACES
    from cargoscope.datasets.simulation.vehicle.container import FIRST_CONTAINERS, SIZES_MM

    goods = tuple(CATALOGUE) if cargo == ["all"] else tuple(cargo or FIRST_CARGO)
    sizes = tuple(SIZES_MM) if containers == ["all"] else tuple(containers or FIRST_CONTAINERS)
    where = ALL_PLACES if places == ["all"] else tuple(places or ())
    try:
        of = tuple(kinds or FIRST_KINDS)
        plan = Plan(profile, seed, split, clean_share, threats, of, where, goods, sizes, tuple(views or ()))
        truths = write_simulated(plan, count, output, workers)
    except CargoscopeError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(1) from error
    objects = sum(len(truth.objects) for truth in truths)
    typer.echo(f"{len(truths)} scans with {objects} objects of contraband in {output}")


if __name__ == "__main__":
    app()
