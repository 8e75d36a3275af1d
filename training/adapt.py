"""Adaptation to a site: fine-tuning on threats projected onto its own clean scans, cross-validated on all of them.

Each clean scan is examined, as it is and with a test threat, by a model that never saw this background nor this threat.
"""

import json
import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from cargoscope.atomic import write_whole
from cargoscope.datasets.manifest import Manifest
from cargoscope.detections import Detections
from cargoscope.errors import TrainingError
from cargoscope.models.card import WEIGHTS_FILE, ModelCard, read_card, write_card
from cargoscope.models.operating import Operating, OperatingPoint, refuse_unresolved
from cargoscope.models.registry import Registry
from cargoscope.training.cache import open_package, pages
from cargoscope.training.calibrate import operating, record_meaning
from cargoscope.training.checkpoint import CHECKPOINT, read_checkpoint
from cargoscope.training.evaluate import Weigh, evaluate, examine, write_scores
from cargoscope.training.export import export
from cargoscope.training.gate import Gate, gate
from cargoscope.training.loop import WATCH, Watch, train
from cargoscope.training.mine import mine
from cargoscope.training.recipe import Recipe
from cargoscope.training.release import record_scores, set_operating_point, some_tiles
from cargoscope.training.retrain import replayed
from cargoscope.training.scores import Examined, Scores, score
from cargoscope.training.site import Material, Site, folds_of, of_backgrounds, with_room, write_material

log = logging.getLogger(__name__)

FARS: Final = (0.01, 0.02, 0.05)
FIRST_FAR: Final = 0.01
TILES: Final = 4
ORDER_FILE: Final = "order.json"


@dataclass(frozen=True)
class Adapted:
    """How an adaptation ended. candidate: in the registry, active only where the gate let it. before, after: of the
    active model and of the fold models on all the site's scans."""

    candidate: ModelCard
    decision: Gate
    before: Operating
    after: Operating

    def text(self) -> str:
        """For a terminal: what both find at the rates of false alarms that so many clean scans can show."""
        lines = []
        for name, works in (("before", self.before), ("after, cross-validated", self.after)):
            rates = [far for far in FARS if far * len(works.clean) >= 1] or [1 / len(works.clean)]
            lines += [f"{name}: {works.strictest(far)}" for far in rates]
        return "\n".join(lines)


def adapt(
    site: Site,
    registry: Registry,
    recipe: Recipe,
    held_out: Callable[[], Manifest],
    work: Path,
    now: datetime,
    folds: int = 5,
    far: float | None = None,
    watch: Watch = WATCH,
) -> Adapted:
    """Fine-tune the active model on a site's scans; promote where the site gains and nothing else loses.

    recipe: `of_model` makes its classes and pitch those of the active model. held_out: simulated scans on which the
    candidate is compared with the active model, class by class, as after a retraining. watch.minutes: of all trainings
    together, one for each fold and one on all scans. work: keeps everything; the same call on it goes on where it
    stopped. Refused before any training: a rate of false alarms that so few clean scans cannot show, an active model
    without weights, a folder of another model's adaptation, or one with other folds or another recipe.
    """
    active = registry.active()
    base = registry.path(active.model_id)
    if not (base / WEIGHTS_FILE).is_file():
        raise TrainingError(f"model {active.model_id[:12]} has no {WEIGHTS_FILE} to train from")
    if far is not None:
        refuse_unresolved(far, len(site.backgrounds))
    parts = folds_of(len(site.backgrounds), folds, site.order.seed)
    recipe = of_model(recipe, active, {article.kind for article in site.training})
    claim(work, active.model_id, folds, recipe, weighed=site.weigh is not None)
    watch = replace(watch, minutes=None if watch.minutes is None else watch.minutes / (folds + 1))
    material = write_material(site, work / "scans")
    test = material.clean + material.testing
    before = _kept(work / "before.json", base, test, site.weigh)
    mined = mine(base, material.clean, open_package, recipe.squeeze)
    lessons = replace(material, clean=with_room(mined, site))
    after: list[Examined] = []
    for number, aside in enumerate(parts):
        log.info("fold %d of %d: %d clean scans aside", number + 1, folds, len(aside))
        place = work / f"fold-{number}"
        rest = set(range(len(site.backgrounds))) - aside
        folder = _fine_tuned(lessons, rest, base, recipe, place, work, now, watch)
        after += _kept(place / "examined.json", folder, of_backgrounds(test, aside), site.weigh)
    works, worked = operating(after, test.manifest_id), operating(before, test.manifest_id)
    log.info("all %d clean scans: the model to keep", len(site.backgrounds))
    everything = set(range(len(site.backgrounds)))
    folder = _fine_tuned(lessons, everything, base, recipe, work / "all", work, now, watch)
    point = works.strictest(FIRST_FAR) if far is None else works.at(far)
    shutil.rmtree(work / "candidate", ignore_errors=True)  # half of one, of a run killed while it set thresholds
    folder = shutil.copytree(folder, work / "candidate")
    card = _finished(folder, after, test.manifest_id, point, active)
    decision = site_gate(worked.strictest(point.far), point)
    if decision.promote:
        others = held_out()
        old, new = evaluate(base, others, open_package), evaluate(folder, others, open_package)
        general = gate(old, new)
        decision = Gate(general.promote, f"{decision.reason}; on held-out scans {general.reason}")
    if registry.active_id() != active.model_id:
        decision = Gate(False, f"another model than {active.model_id[:12]} became active meanwhile")
    verdict = "promoted" if decision.promote else "not promoted"
    log.info("%s: %s", verdict, decision.reason)
    notes = f"Adapted to {len(site.backgrounds)} clean scans of a site; {verdict}: {decision.reason}."
    said = replace(card, notes=notes)
    write_card(folder, said)
    registry.add(folder)
    if decision.promote:
        registry.promote(said.model_id)
    return Adapted(said, decision, worked, works)


def of_model(recipe: Recipe, active: ModelCard, kinds: set[str]) -> Recipe:
    """The recipe with the classes and the pitch of a model, and a far pitch in proportion; for single crops it draws
    those of its kinds that the site is trained with and the model knows."""
    drawn = tuple(kind for kind in recipe.fresh_kinds if kind in kinds & set(active.classes))
    share = recipe.fresh_share if drawn else 0.0
    far = recipe.far_pitch_mm * active.pitch_mm / recipe.pitch_mm
    return replace(
        recipe,
        classes=active.classes,
        pitch_mm=active.pitch_mm,
        far_pitch_mm=far,
        fresh_share=share,
        fresh_kinds=drawn,
    )


def claim(work: Path, model_id: str, folds: int, recipe: Recipe, weighed: bool) -> None:
    """Note in a work folder what its models are made of. Refused: a folder that notes something else, for a model kept
    there may have learnt from the very scans that another split into folds would judge it on. weighed: whether the
    scores of what was found count by zones."""
    noted = work / ORDER_FILE
    facts = json.dumps({"model": model_id, "folds": folds, "recipe": asdict(recipe), "weighed": weighed})
    if not noted.is_file():
        work.mkdir(parents=True, exist_ok=True)
        write_whole(noted, facts.encode())
    elif noted.read_text("utf-8") != facts:
        raise TrainingError(
            f"{work} is of another model, other folds, another recipe or scores weighed otherwise: "
            "choose another work folder"
        )


def site_gate(before: OperatingPoint, after: OperatingPoint) -> Gate:
    """Whether the site gains: the detection over all at the same rate of false alarms, cross-validated, must rise."""
    said = f"detection at the site went from {before.pd} to {after.pd} at {after.far:.1%} false alarms"
    return Gate(after.pd.hits > before.pd.hits, said)


def _fine_tuned(
    lessons: Material,
    numbers: set[int],
    base: Path,
    recipe: Recipe,
    place: Path,
    work: Path,
    now: datetime,
    watch: Watch,
) -> Path:
    """A model folder trained from base on the clean and projected scans of these backgrounds."""
    folder = place / "model"
    if (folder / "card.json").is_file():
        return folder
    learn = of_backgrounds(lessons.clean, numbers) + of_backgrounds(lessons.training, numbers)
    if recipe.replay_scans:
        learn += replayed(recipe, work / "replay")
    run = place / "run"
    checkpoint = train(
        recipe,
        pages(learn, recipe.pitch_mm, work / "planes", open_package),
        [],
        run,
        watch,
        base / WEIGHTS_FILE,
        resume=(run / CHECKPOINT).is_file(),
    )
    weights, tiles = read_checkpoint(checkpoint)["average"], some_tiles(learn, open_package, recipe, TILES)
    parent = read_card(base)
    export(recipe, weights, folder, tiles, now, learn.manifest_id, parent.model_id)
    return folder


def _finished(
    folder: Path, after: Sequence[Examined], manifest_id: str, point: OperatingPoint, active: ModelCard
) -> ModelCard:
    """The model trained on all scans, with the threshold and the meaning that cross-validation gave."""
    record_meaning(folder, after, manifest_id)
    card = set_operating_point(folder, point)
    scores: Scores = score(after, active.classes, card.model_id, manifest_id)
    write_scores(folder.parent / "scores.json", scores)
    return record_scores(folder, "site, cross-validated", scores)


def _kept(path: Path, model: Path, manifest: Manifest, weigh: Weigh | None) -> list[Examined]:
    """What a model finds in every scan, from the file where it was kept, else examined now and kept."""
    if not path.is_file():
        rows = {
            one.scan_id: [
                [*map(float, box), int(view), float(s), int(kind)]
                for box, view, s, kind in zip(
                    one.found.boxes, one.found.view, one.found.scores, one.found.class_ids, strict=True
                )
            ]
            for one in examine(model, manifest, open_package, weigh)
        }
        write_whole(path, json.dumps({"classes": read_card(model).classes, "found": rows}).encode())
    kept = json.loads(path.read_text("utf-8"))
    return [
        Examined(
            sample.scan_id, _detections(kept["found"][sample.scan_id], kept["classes"]), sample.objects, sample.profile
        )
        for sample in manifest
    ]


def _detections(rows: list[list[float]], classes: list[str]) -> Detections:
    table = np.array(rows, np.float64).reshape(-1, 7)
    return Detections(
        boxes=table[:, :4].astype(np.float32),
        view=table[:, 4].astype(np.int32),
        scores=table[:, 5].astype(np.float32),
        class_ids=table[:, 6].astype(np.int32),
        classes=tuple(classes),
    )
