"""The command around threat projection: project."""

from pathlib import Path
from typing import Annotated, Final

import typer

from cargoscope.cli_edge import sentences

app = typer.Typer()

SIMULATED: Final = "simulated"


@app.command()
def project(
    threats: Annotated[
        str, typer.Option(help="Folder of cut-outs (NAME_high.png with NAME_low.png, articles.toml), or: simulated.")
    ],
    onto: Annotated[list[Path], typer.Option(exists=True, help="Scans to project into; may be repeated.")],
    output: Annotated[Path, typer.Option(help="Folder for the scans and truth.json; made where it is missing.")],
    count: Annotated[int, typer.Option(min=1, help="Number of scans to write; backgrounds take turns.")] = 10,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 0,
    mode: Annotated[
        list[str] | None, typer.Option(help="hardening (default), displacement or naive; repeated: drawn evenly.")
    ] = None,
    per_scan: Annotated[int, typer.Option(min=1, help="Articles in each scan.")] = 1,
    boxes: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of YOLO files with the containers: place and pitch."),
    ] = None,
    pitch_mm: Annotated[
        tuple[float, float] | None,
        typer.Option(help="Millimetres per pixel along and across travel; else the scan's own, else by the boxes."),
    ] = None,
    profile: Annotated[
        str | None, typer.Option(help="Scanner profile whose beam is taken; else by the number of energies.")
    ] = None,
    name: Annotated[list[str] | None, typer.Option(help="Only cut-outs whose name begins so; may be repeated.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only these simulated kinds; may be repeated.")] = None,
    split: Annotated[str, typer.Option(help="Pool of simulated articles: train, validation or test.")] = "test",
    gamma: Annotated[
        str, typer.Option(help="Of 8-bit exports: transmission = shown ** gamma; or: auto, from bare walls in --boxes.")
    ] = "1.0",
    black: Annotated[float, typer.Option(help="Transmission that an 8-bit export shows as black.")] = 0.0,
    jpeg_quality: Annotated[
        int | None, typer.Option(help="Send the changed 8 x 8 blocks of 8-bit scans through JPEG once more.")
    ] = None,
    form: Annotated[str, typer.Option("--format", help="package, or png (one energy).")] = "package",
) -> None:
    """Project simulated or real threats into your own scans, with truth.

    Example: cargoscope project --threats simulated --kind firearm --onto scans/ --count 20 --seed 1 --output tip/
    """
    from cargoscope.datasets.projection.articles import folder_articles, simulated_articles
    from cargoscope.datasets.projection.tone import Tone
    from cargoscope.datasets.projection.write import Order, backgrounds, gamma_of, write_projected
    from cargoscope.datasets.simulation.threats.kinds import KINDS
    from cargoscope.errors import SimulationError

    with sentences():
        if threats == SIMULATED:
            articles = simulated_articles(kind or list(KINDS), split)
        elif Path(threats).is_dir():
            articles = folder_articles(Path(threats), name or ())
        else:
            raise SimulationError(f"--threats: {threats!r} is neither a folder nor {SIMULATED!r}")
        ontos = backgrounds(onto, boxes, pitch_mm)
        tone = Tone(gamma_of(gamma, ontos, profile), black)
        order = Order(seed, tuple(mode or ["hardening"]), per_scan, tone, profile, jpeg_quality=jpeg_quality)
        truths = write_projected(order, ontos, articles, count, output, form)
    objects = [thing for truth in truths for thing in truth.objects]
    clear = sum(thing.cnr >= 3 for thing in objects)
    typer.echo(f"{len(truths)} scans with {len(objects)} articles, {clear} of CNR 3 and more, in {output}")
