"""Retraining: from what officers decided to a candidate, examined against the active model, promoted or not."""

import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Final

from cargoscope.atomic import move
from cargoscope.datasets.from_feedback import Lessons, from_feedback
from cargoscope.datasets.manifest import Manifest, Role, Sample
from cargoscope.datasets.simulation.beam import profiles
from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
from cargoscope.datasets.simulation.simulate import Plan, write_simulated
from cargoscope.datasets.simulation.threats.kinds import KINDS
from cargoscope.datasets.simulation.threats.places import ALL_PLACES
from cargoscope.datasets.simulation.vehicle.container import SIZES_MM
from cargoscope.errors import TrainingError
from cargoscope.models.card import WEIGHTS_FILE, ModelCard, write_card
from cargoscope.models.registry import Registry
from cargoscope.review import Feedback
from cargoscope.scan import Scan
from cargoscope.training.cache import Page, open_package, pages
from cargoscope.training.checkpoint import read_checkpoint
from cargoscope.training.evaluate import evaluate
from cargoscope.training.gate import Gate, gate
from cargoscope.training.loop import WATCH, Watch, train
from cargoscope.training.recipe import Recipe
from cargoscope.training.release import release
from cargoscope.training.run import from_folders
from cargoscope.training.scores import Scores

log = logging.getLogger(__name__)

ANY_SCENE: Final = Plan(cargo=tuple(CATALOGUE), containers=tuple(SIZES_MM), places=ALL_PLACES)
CLEAN: Final = replace(ANY_SCENE, seed=5150, split="test", clean_share=1.0)
THREAT: Final = replace(ANY_SCENE, seed=5151, split="test", clean_share=0.0, threats=(1, 1))
"""What judges the models where nobody names scans of their own: clean ones, and ones with a test article."""

CLEAN_SCANS: Final = 200
THREAT_SCANS: Final = 120
"""So many that a false-alarm rate of 1 % is two alarms: of fewer than 100 clean scans it would be none."""

MAX_DAMAGED: Final = 0.1
"""Share of the decided scans, but one in any case, that may be unreadable: more of them is no accident."""


@dataclass(frozen=True)
class Retrained:
    """How a retraining ended. candidate: its card; it is in the registry, active only where the gate promoted it.

    damaged: ids of decided scans that could not be read and taught nothing.
    """

    candidate: ModelCard
    decision: Gate
    old: Scores
    new: Scores
    n_feedback: int
    damaged: tuple[str, ...]


def retrain(
    feedback: Iterable[Feedback],
    open_scan: Callable[[str], Scan],
    registry: Registry,
    held_out: Manifest,
    recipe: Recipe,
    work: Path,
    now: datetime,
    watch: Watch = WATCH,
) -> Retrained:
    """Train from the active model on feedback and replayed simulated scans; promote where no class gets worse, neither
    than the active model finds it nor than the first model of its line did.

    open_scan: the scan of an id of the feedback. held_out: scan packages on which both models are examined by the same
    engine; a scan of it never enters training. work: an empty folder for replayed scans, planes and checkpoints.
    The candidate looks at what it sees as the active model does, twice and from farther away or not, whatever the
    recipe says.
    Refused before any training: feedback that teaches nothing or cannot be read, a recipe of other classes than the
    active model's, and held-out scans that cannot judge a model.
    """
    active = registry.active()
    far = (active.far_pitch_mm or 0.0) * recipe.pitch_mm / active.pitch_mm
    looks = replace(recipe, mirrored=active.mirrored, far_pitch_mm=far)
    if looks != recipe:
        log.info(
            "the candidate looks %s%s, as the active model does",
            "twice" if active.mirrored else "once",
            f", and again at {far:.3g} mm" if far else "",
        )
        recipe = looks
    if active.classes != recipe.classes:
        raise TrainingError(f"the active model knows {list(active.classes)}, the recipe {list(recipe.classes)}")
    start_from = registry.path(active.model_id) / WEIGHTS_FILE
    if not start_from.is_file():
        raise TrainingError(f"model {active.model_id[:12]} has no {WEIGHTS_FILE} to train from")
    learnt = lessons(feedback, open_scan, recipe, held_out)
    new, first = learnt.manifest, registry.first(active)
    before = evaluate(registry.path(active.model_id), held_out, open_package)
    began = None if first == active else evaluate(registry.path(first.model_id), held_out, open_package)
    replay = replayed(recipe, work / "replay").without(held_out).without(new)
    log.info("learning from %d decided scans and %d simulated ones", len(new), len(replay))
    both = _pages(new, replay, recipe, work / "planes", open_scan)
    checkpoint = train(recipe, both, [], work / "run", watch, start_from)
    candidate, after = release(
        recipe,
        read_checkpoint(checkpoint)["average"],
        held_out,
        open_package,
        work / "model",
        now,
        trained_on=(new + replay).manifest_id,
        parent=active.model_id,
        balanced=False,
    )
    decision = gate(before, after, began)
    if registry.active_id() != active.model_id:
        decision = Gate(False, f"another model than {active.model_id[:12]} became active meanwhile")
    log.info("%s: %s", "promoted" if decision.promote else "not promoted", decision.reason)
    said = replace(candidate, notes=f"{'promoted' if decision.promote else 'not promoted'}: {decision.reason}")
    write_card(work / "model", said)
    registry.add(work / "model")
    if decision.promote:
        registry.promote(said.model_id)
    return Retrained(said, decision, before, after, len(new), learnt.damaged)


def lessons(
    feedback: Iterable[Feedback], open_scan: Callable[[str], Scan], recipe: Recipe, held_out: Manifest
) -> Lessons:
    """The samples that feedback makes, without scans of the held-out set.

    TrainingError where they hold no label, or more scans than MAX_DAMAGED cannot be read.
    """
    aside = {sample.scan_id for sample in held_out}
    learnt = from_feedback((said for said in feedback if said.scan_id not in aside), open_scan)
    manifest, n_damaged = learnt.manifest, len(learnt.damaged)
    if n_damaged > max(1, MAX_DAMAGED * (len(manifest) + n_damaged)):
        raise TrainingError(
            f"{n_damaged} of {len(manifest) + n_damaged} decided scans cannot be read, at most {MAX_DAMAGED:.0%} "
            f"may be; the first are {', '.join(learnt.damaged[:5])}"
        )
    known = [label for sample in manifest for label in sample.labels if label.kind in recipe.classes]
    if not known:
        raise TrainingError(
            f"the feedback on {len(manifest)} scans holds no box of {list(recipe.classes)} to learn from"
        )
    rejected = sum(label.role is Role.REJECTED for label in known)
    log.info("%d objects and %d rejected regions from officers", len(known) - rejected, rejected)
    return learnt


def replayed(recipe: Recipe, folder: Path) -> Manifest:
    """Simulated scans of the training split, of every scanner profile, so that nothing is forgotten; written once."""
    plan = replace(ANY_SCENE, seed=recipe.seed, split="train", clean_share=0.3, threats=(1, 3), kinds=recipe.classes)
    return _simulated_once({"mixed": (plan, recipe.replay_scans)}, folder)


def fixed_held_out(
    folder: Path, kinds: tuple[str, ...], clean: int = CLEAN_SCANS, threat: int = THREAT_SCANS
) -> Manifest:
    """The scans that judge every retraining of a machine, of every scanner profile; simulated once, then kept.

    kinds: of the contraband that the model to be judged knows.

    They are never simulated again, so that all models of the machine are judged by the same scans; they stay those of
    the profiles there were when they were made. Where they were made for a model of fewer kinds, each of the others
    gets scans beside them, once too: its share of `threat`.
    """
    held = _simulated_once({"clean": (CLEAN, clean), "threat": (replace(THREAT, kinds=kinds), threat)}, folder)
    known = {thing.kind for sample in held for thing in sample.objects}
    for kind in (kind for kind in kinds if kind not in known):
        others = replace(THREAT, kinds=(kind,), seed=THREAT.seed + 1 + list(KINDS).index(kind))
        share = max(threat // len(kinds), 1)
        held += _simulated_once({"threat": (others, share)}, folder.with_name(f"{folder.name}-{kind}"))
    return held


def _simulated_once(plans: Mapping[str, tuple[Plan, int]], folder: Path) -> Manifest:
    """Scans of plans, each shared evenly among the profiles, a folder each. The folder is whole or not there."""
    if not folder.is_dir():
        log.info("simulating %d scans into %s", sum(count for _, count in plans.values()), folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        names = profiles.names()
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
            whole = Path(temporary) / folder.name
            whole.mkdir()
            for (what, (plan, count)), (number, name) in product(plans.items(), enumerate(names)):
                share = len(range(number, count, len(names)))
                if share:
                    target, workers = whole / f"{name}-{what}", min(share, os.cpu_count() or 1)
                    write_simulated(replace(plan, profile=name), share, target, workers)
            try:
                move(whole, folder)
            except OSError:
                if not folder.is_dir():
                    raise
    return from_folders(sorted(path for path in folder.iterdir() if path.is_dir()))


def _pages(
    new: Manifest, replay: Manifest, recipe: Recipe, folder: Path, open_scan: Callable[[str], Scan]
) -> list[Page]:
    def open_sample(sample: Sample) -> Scan:
        return open_scan(sample.scan_id)

    return [
        *pages(new, recipe.pitch_mm, folder, open_sample),
        *pages(replay, recipe.pitch_mm, folder, open_package, os.cpu_count() or 1),
    ]
