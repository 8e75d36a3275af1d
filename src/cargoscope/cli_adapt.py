"""The command around a site's own scans: adapt."""

from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cargoscope.cli_edge import DataDir, FalseAlarms, need_torch, progress
from cargoscope.models.registry import Registry
from cargoscope.settings import Settings

if TYPE_CHECKING:
    from cargoscope.datasets.projection.articles import Article
    from cargoscope.datasets.projection.write import Onto
    from cargoscope.detections import Detections
    from cargoscope.inference.scene import SceneReader
    from cargoscope.scan import Scan

app = typer.Typer()

SIMULATED = "simulated"


@app.command()
def adapt(
    scans: Annotated[list[Path], typer.Argument(exists=True, help="The site's clean scans; folders are searched.")],
    work: Annotated[
        Path, typer.Option(help="Folder that keeps scans and checkpoints; the same command goes on in it.")
    ],
    boxes: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Folder of YOLO files with the containers: place and pitch."),
    ] = None,
    pitch_mm: Annotated[
        tuple[float, float] | None,
        typer.Option(help="Millimetres per pixel along and across travel, where it is known."),
    ] = None,
    threats: Annotated[str, typer.Option(help="To train with: a folder of cut-outs, or: simulated.")] = SIMULATED,
    test_threats: Annotated[
        str, typer.Option(help="To test with, never the same: a folder, or: simulated.")
    ] = SIMULATED,
    kind: Annotated[list[str] | None, typer.Option(help="Simulated kinds; else all that the model knows.")] = None,
    folds: Annotated[int, typer.Option(min=2, help="Parts that are tested by a model trained on the others.")] = 5,
    far: FalseAlarms = None,
    minutes: Annotated[float | None, typer.Option(help="Time budget of all trainings together.")] = None,
    recipe: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="Recipe in TOML.")] = None,
    held_out: Annotated[
        list[Path] | None,
        typer.Option(exists=True, file_okay=False, help="Scans with truth that guard the other classes and scanners."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=4, help="Take only so many scans, evenly out of all.")] = None,
    copies: Annotated[int, typer.Option(min=1, help="Scans with threats made of each clean one, for training.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Of folds and projections.")] = 1,
    gamma: Annotated[str, typer.Option(help="Tone of 8-bit exports, or: auto, as in `project`.")] = "1.0",
    jpeg_quality: Annotated[int | None, typer.Option(help="As in `project`; for sites that export JPEG.")] = None,
    scene: Annotated[
        bool, typer.Option(help="Let the scene model see containers, as in service: places and pitch nobody said.")
    ] = True,
    data_dir: DataDir = None,
) -> None:
    """Adapt the active model to a site: train it on threats projected onto the site's own clean scans.

    Every clean scan is tested by a model that saw neither it nor the test threats; detection before and after is said
    at the same false alarms. The result joins this machine's models, and becomes active only if the site gains and no
    class loses on held-out scans. Interrupted? The same command goes on.

    Example: cargoscope adapt site/images --boxes site/labels --work var/adapt --minutes 90 --far 1%
    """
    need_torch()
    from cargoscope.datasets.projection.tone import Tone
    from cargoscope.datasets.projection.write import Order, backgrounds, gamma_of
    from cargoscope.inference.scene import SceneReader
    from cargoscope.training.adapt import adapt as go
    from cargoscope.training.loop import Watch
    from cargoscope.training.recipe import RECIPES, Recipe
    from cargoscope.training.retrain import fixed_held_out
    from cargoscope.training.run import from_folders
    from cargoscope.training.site import Site

    with progress(work / "adapt.log"), ExitStack() as stack:
        root = Settings.read(data_dir=data_dir).data_dir
        registry = Registry.seeded(root / "models")
        ontos = _some(backgrounds(scans, boxes, pitch_mm), limit)
        look = weigh = None
        if scene:
            reader = stack.enter_context(SceneReader(threads=1))
            ontos = [_with_containers(onto, reader) for onto in ontos]
            look, weigh = partial(_looked_at, reader=reader), partial(_weighed, reader=reader)
        classes = registry.active().classes
        kinds = kind or list(classes)
        order = Order(seed, ("hardening", "displacement"), tone=Tone(gamma_of(gamma, ontos)), jpeg_quality=jpeg_quality)
        site = Site(
            tuple(ontos),
            tuple(_articles(threats, kinds, "train")),
            tuple(_articles(test_threats, kinds, "test")),
            order,
            pitch_known=pitch_mm is not None,
            copies=copies,
            look=look,
            weigh=weigh,
        )
        result = go(
            site,
            registry,
            Recipe.from_toml(recipe or RECIPES / "adapt.toml"),
            lambda: from_folders(held_out) if held_out else fixed_held_out(root / "held-out", classes),
            work,
            datetime.now(UTC),
            folds,
            far,
            Watch(minutes=minutes),
        )
    typer.echo(result.text())
    verdict = "promoted" if result.decision.promote else "not promoted"
    typer.echo(f"model {result.candidate.model_id[:12]} {verdict}: {result.decision.reason}")


def _some(ontos: "list[Onto]", limit: int | None) -> "list[Onto]":
    if limit is None or limit >= len(ontos):
        return ontos
    return [ontos[number * (len(ontos) - 1) // (limit - 1)] for number in range(limit)]


def _with_containers(onto: "Onto", reader: "SceneReader") -> "Onto":
    """A background with the containers that are seen in it, where nobody drew boxes, and the pitch that they give."""
    from cargoscope.datasets.formats.read import read_files

    if onto.boxes:
        return onto
    view = read_files(onto.files).views[0]
    seen = reader(view)
    pitch = onto.pitch_mm or view.pitch_mm or seen.pitch_mm()
    return replace(onto, boxes=tuple(container.box for container in seen.containers), pitch_mm=pitch)


def _looked_at(scan: "Scan", reader: "SceneReader") -> "Scan":
    """A scan as the detector gets it in service."""
    from cargoscope.inference.sighted import at_pitch_of_containers

    return at_pitch_of_containers(scan, tuple(reader(view) for view in scan.views))


def _weighed(scan: "Scan", found: "Detections", reader: "SceneReader") -> "Detections":
    """What is found in a scan, as it counts in service."""
    from cargoscope.inference.sighted import weighed

    return weighed(found, tuple(reader(view) for view in scan.views))


def _articles(threats: str, kinds: list[str], split: str) -> "list[Article]":
    from cargoscope.datasets.projection.articles import folder_articles, simulated_articles
    from cargoscope.errors import SimulationError

    if threats == SIMULATED:
        return simulated_articles(kinds, split)
    if not Path(threats).is_dir():
        raise SimulationError(f"threats: {threats!r} is neither a folder nor {SIMULATED!r}")
    return folder_articles(Path(threats))
