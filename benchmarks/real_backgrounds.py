"""What a model sees and misses on real backgrounds: real weapons, as heavy as real ones, projected into real scans.

python benchmarks/real_backgrounds.py MODEL_FOLDER --scans IMAGES --boxes LABELS --cut-outs FOLDER --output result.json

Every scan is examined twice, whole: as it is, taken for clean, and with one article inside of one of its containers
(two pistols for each rifle; two of three hardening-aware, one displacing cargo). The clean scans set the threshold for
each false-alarm rate, so with n of them the rate moves in steps of 1 / n. The boxes place the article and give the
pitch at which it is drawn; the model gets no pitch (--pitch assumed), as in a port where nobody knows it, that of the
containers that the scene model sees (--pitch seen), or that of the boxes (--pitch boxes). Nothing of this may be tuned
on: the scans are few, and the next ones are others.

MODEL_FOLDER may be the work folder of `cargoscope adapt` over the same scans: then each scan is examined, both times,
by the model of the fold that never saw it. Refused: other scans, and articles that it was trained with.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.projection.articles import folder_articles
from cargoscope.datasets.projection.tone import Tone
from cargoscope.datasets.projection.write import Onto, Order, backgrounds, gamma_of, projected
from cargoscope.datasets.truth import TruthObject
from cargoscope.detections import Detections
from cargoscope.inference.engine import Engine
from cargoscope.inference.finding import merged
from cargoscope.inference.scene import SceneReader
from cargoscope.inference.sighted import weighed
from cargoscope.models.operating import LOWEST, threshold_for
from cargoscope.models.rates import Rate
from cargoscope.models.scene import SeenView
from cargoscope.scan import Scan
from cargoscope.training.adapt import ORDER_FILE
from cargoscope.training.scores import hit
from cargoscope.training.site import DONE_FILE, folds_of

FARS: Final = (0.01, 0.02, 0.05)
CLEAR_CNR: Final = 3.0
BANDS: Final = ((0.0, 0.1), (0.1, 0.3), (0.3, 0.7), (0.7, 1.1))
MODES: Final = ("hardening", "hardening", "displacement")
CROP_MM: Final = (2400.0, 1600.0)


COUNTED: Final = ("everything", "inside", "firearms", "firearms inside", "seen inside", "not weighed")
"""Which findings count, as alarms and as hits: all of the whole picture (the figure to quote); those whose centre lies
in a container's box; those that say firearm; both. They only say where alarms come from. "seen inside": those that the
scene model, without any box drawn by hand, sees in a container, behind its doors or in its cooling unit. All of these
are weighed by their zone, as the service weighs them; "not weighed": everything, with the network's own scores."""

SEEN_INSIDE: Final = ("container", "doors", "reefer_unit", "unknown")


@dataclass(frozen=True)
class Trial:
    """One article in one scan. scores: for each of COUNTED the best among the findings that hit it (0: none did);
    loudest: the best on the scan as it is."""

    scan: str
    article: str
    mode: str
    cnr: float
    transmission: float
    mass_kg: float
    pitch_x_mm: float
    scores: dict[str, float]
    loudest: dict[str, float]

    @property
    def score(self) -> float:
        return self.scores[COUNTED[0]]


def main() -> None:
    options = _options()
    ontos = backgrounds([options.scans], options.boxes)
    ontos = [ontos[int(at)] for at in np.linspace(0, len(ontos) - 1, min(options.count, len(ontos)))]
    guns = folder_articles(options.cut_outs, ["gun"])
    rifles = folder_articles(options.cut_outs, ["rifle"])
    tone = Tone(gamma_of(options.gamma, ontos))
    order = Order(options.seed, MODES, tone=tone, jpeg_quality=90)
    trials: list[Trial] = []
    pictures: dict[str, list[tuple[float, cv2.typing.MatLike]]] = {"missed": [], "found": [], "false-alarms": []}
    with ExitStack() as stack:
        engines = _engines(options, ontos, {article.instance for article in (*guns, *rifles)}, stack)
        scenes = stack.enter_context(SceneReader(threads=1))
        for number, (onto, engine) in enumerate(zip(ontos, engines, strict=True)):
            made, truth, clean = projected(order, onto, rifles if number % 3 == 2 else guns, number)
            (thing,) = truth.objects
            of_clean, of_made = scenes(clean.views[0]), scenes(made.views[0])
            on_clean = _examined(engine, _seen(clean, options.pitch, of_clean), of_clean)
            on_made = _examined(engine, _seen(made, options.pitch, of_made), of_made)
            trials.append(_trial(thing, onto, (*on_made, of_made), (*on_clean, of_clean)))
            if options.sheets:
                _keep(pictures, made, thing, trials[-1], clean, on_clean[0])
            print(f"{number + 1}/{len(ontos)} {json.dumps(asdict(trials[-1]))}", flush=True)
    table = _table(trials)
    models = sorted({engine.card.model_id for engine in engines})
    head = {"models": models, "pitch": options.pitch, "seed": options.seed, "gamma": tone.gamma}
    options.output.write_text(json.dumps(head | table, indent=1) + "\n")
    print(_text(table))
    for name, rows in pictures.items():
        if rows:
            _sheet(options.sheets / f"{name}.png", rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--scans", type=Path, required=True, help="folder of truck scans")
    parser.add_argument("--boxes", type=Path, required=True, help="folder of YOLO files, a box per container")
    parser.add_argument("--cut-outs", type=Path, required=True, help="folder of gun_*, rifle_* low-energy pairs")
    parser.add_argument("--output", type=Path, required=True, help="result as JSON")
    parser.add_argument("--count", type=int, default=10_000, help="scans, evenly out of the folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pitch", choices=("assumed", "seen", "boxes"), default="assumed")
    parser.add_argument("--gamma", default="1.0", help="tone of the export, or: auto")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--sheets", type=Path, help="folder for pictures of what was missed, found, and false alarms")
    return parser.parse_args()


def _engines(options: argparse.Namespace, ontos: Sequence[Onto], articles: set[str], stack: ExitStack) -> list[Engine]:
    """The engine that examines each of the scans."""
    if not (options.model / ORDER_FILE).is_file():
        return [stack.enter_context(Engine(options.model, threads=options.threads))] * len(ontos)
    of_scans, trained_with, _, order, _ = json.loads((options.model / "scans" / DONE_FILE).read_text("utf-8"))
    if [row[0] for row in of_scans] != [str(onto.files.paths[0].resolve()) for onto in ontos]:
        raise SystemExit(f"{options.model} is the adaptation to other scans than the {len(ontos)} here")
    if articles & set(trained_with):
        raise SystemExit(f"{options.model} was trained with {sorted(articles & set(trained_with))[0]}")
    folds = int(json.loads((options.model / ORDER_FILE).read_text("utf-8"))["folds"])
    judges: dict[int, Engine] = {}
    for fold, aside in enumerate(folds_of(len(ontos), folds, order["seed"])):
        engine = stack.enter_context(Engine(options.model / f"fold-{fold}" / "model", threads=options.threads))
        judges |= dict.fromkeys(aside, engine)
    return [judges[number] for number in range(len(ontos))]


def _seen(scan: Scan, pitch: str, scene: SeenView) -> Scan:
    view = scan.views[0]
    known = {"assumed": None, "seen": scene.pitch_mm(), "boxes": view.pitch_mm}[pitch]
    return replace(scan, views=(replace(view, pitch_mm=known),))


Found = tuple[Detections, Detections, SeenView]
"""As served; with the network's own scores; the scene."""


def _examined(engine: Engine, scan: Scan, scene: SeenView) -> tuple[Detections, Detections]:
    """What is found as the service finds it, weighed before doubles are merged, and with the network's own scores."""
    raw: list[Detections] = []

    def weigh(found: Detections) -> Detections:
        raw.append(found.where(found.scores >= LOWEST))
        return weighed(found, [scene])

    served, _ = engine.examine(scan, LOWEST, weigh=weigh)
    return served, merged(raw[0])


def _trial(thing: TruthObject, onto: Onto, on_made: Found, on_clean: Found) -> Trial:
    box = np.array(thing.box, np.float64)
    return Trial(
        onto.files.paths[0].name,
        thing.instance,
        str(thing.facts["mode"]),
        thing.cnr,
        float(thing.facts["background_transmission"]),
        float(thing.facts["mass_kg"]),
        float(thing.facts["pitch_x_mm"]),
        {name: _best(found, rows & hit(box, found.boxes)) for name, (found, rows) in _counted(*on_made, onto).items()},
        {name: _best(found, rows) for name, (found, rows) in _counted(*on_clean, onto).items()},
    )


def _counted(
    found: Detections, network: Detections, scene: SeenView, onto: Onto
) -> dict[str, tuple[Detections, npt.NDArray[np.bool_]]]:
    x, y = ((found.boxes[:, at] + found.boxes[:, at + 2]) / 2 for at in (0, 1))
    inside = np.zeros(len(found), bool)
    for x1, y1, x2, y2 in onto.boxes:
        inside |= (x > x1) & (x < x2) & (y > y1) & (y < y2)
    firearms = np.array([found.classes[class_id] == "firearm" for class_id in found.class_ids], bool)
    seen_inside = np.array([scene.zone(box) in SEEN_INSIDE for box in found.boxes], bool)
    every = np.ones(len(found), bool)
    rows = (every, inside, firearms, firearms & inside, seen_inside)
    return {name: (found, kept) for name, kept in zip(COUNTED[:-1], rows, strict=True)} | {
        COUNTED[-1]: (network, np.ones(len(network), bool))
    }


def _best(found: Detections, rows: npt.NDArray[np.bool_]) -> float:
    return float(found.scores[rows].max(initial=0.0))


def _table(trials: Sequence[Trial]) -> dict[str, Any]:
    groups: dict[str, Callable[[Trial], bool]] = {
        "all": lambda trial: True,
        "cnr>=3": lambda trial: trial.cnr >= CLEAR_CNR,
        "pistols, cnr>=3": lambda trial: trial.cnr >= CLEAR_CNR and "gun" in trial.article,
        "rifles, cnr>=3": lambda trial: trial.cnr >= CLEAR_CNR and "rifle" in trial.article,
        "pistols": lambda trial: "gun" in trial.article,
        "rifles": lambda trial: "rifle" in trial.article,
        "hardening": lambda trial: trial.mode == "hardening",
        "displacement": lambda trial: trial.mode == "displacement",
        **{f"transmission {low:g}..{high:g}": _within(low, high) for low, high in BANDS},
    }
    points = []
    for counted in COUNTED:
        loudest = np.array([trial.loudest[counted] for trial in trials], np.float64)
        for far in FARS:
            threshold = threshold_for(far, loudest)
            rates = {}
            for name, belongs in groups.items():
                scores = [trial.scores[counted] for trial in trials if belongs(trial)]
                rate = Rate.of(sum(score >= threshold for score in scores), len(scores))
                rates[name] = asdict(rate) | {"value": rate.value if rate.n else None}
            alarms = Rate.of(int((loudest >= threshold).sum()), len(loudest))
            points.append(
                {"counted": counted, "far": far, "threshold": threshold, "alarms": asdict(alarms), "pd": rates}
            )
    return {
        "clean_scans": len({trial.scan for trial in trials}),
        "cut_outs": len({trial.article for trial in trials}),
        "points": points,
        "trials": [asdict(trial) for trial in trials],
    }


def _within(low: float, high: float) -> Callable[[Trial], bool]:
    return lambda trial: low <= trial.transmission < high


def _text(table: dict[str, Any]) -> str:
    lines = [f"{table['clean_scans']} distinct clean scans, {table['cut_outs']} cut-outs"]
    for point in table["points"]:
        lines.append(
            f"{point['counted']}: at most {point['far']:.0%} alarms "
            f"({point['alarms']['hits']} of {point['alarms']['n']}), threshold {point['threshold']:.3f}"
        )
        for name, rate in point["pd"].items():
            if rate["n"] and (point["counted"] == COUNTED[0] or name in ("all", "cnr>=3")):
                lines.append(
                    f"  {name:22} {rate['hits']:3}/{rate['n']:<3} {rate['value']:.2f} "
                    f"[{rate['low']:.2f}, {rate['high']:.2f}]"
                )
    return "\n".join(lines)


def _keep(
    pictures: dict[str, list[tuple[float, cv2.typing.MatLike]]],
    made: Scan,
    thing: TruthObject,
    trial: Trial,
    clean: Scan,
    on_clean: Detections,
) -> None:
    """Crops with their score; which are misses is decided by rank once all are there."""
    label = f"{trial.article} {trial.score:.2f} CNR {trial.cnr:.1f} T {trial.transmission:.2f} {trial.mode[:4]}"
    if trial.cnr >= CLEAR_CNR:
        pictures["missed"].append((trial.score, _crop(made, thing.box, label)))
        pictures["found"].append((-trial.score, _crop(made, thing.box, label)))
    if len(on_clean):
        top = int(np.argmax(on_clean.scores))
        x1, y1, x2, y2 = (float(edge) for edge in on_clean.boxes[top])
        label = f"{on_clean.classes[on_clean.class_ids[top]]} {on_clean.scores[top]:.2f} {trial.scan[-10:-4]}"
        pictures["false-alarms"].append((-float(on_clean.scores[top]), _crop(clean, (x1, y1, x2, y2), label)))


def _crop(scan: Scan, box: tuple[float, float, float, float], label: str) -> cv2.typing.MatLike:
    """480 x 320 pixels around a box with true proportions, and corners around it."""
    view = scan.views[0]
    assert view.pitch_mm is not None
    grey = (view.pixels[0] >> 8).astype(np.uint8)
    w, h = (max(8, round(side / pitch)) for side, pitch in zip(CROP_MM, view.pitch_mm, strict=True))
    left = int(np.clip((box[0] + box[2]) / 2 - w / 2, 0, max(0, grey.shape[1] - w)))
    top = int(np.clip((box[1] + box[3]) / 2 - h / 2, 0, max(0, grey.shape[0] - h)))
    part = grey[top : top + h, left : left + w]
    part = np.pad(part, ((0, h - part.shape[0]), (0, w - part.shape[1])), constant_values=128)
    tile = cv2.cvtColor(cv2.resize(part, (480, 320)), cv2.COLOR_GRAY2BGR)
    for x, to_x in ((box[0], 1), (box[2], -1)):
        for y, to_y in ((box[1], 1), (box[3], -1)):
            at = (round((x - left) * 480 / w) - 3 * to_x, round((y - top) * 320 / h) - 3 * to_y)
            cv2.line(tile, at, (at[0] + 9 * to_x, at[1]), (0, 0, 255), 1)
            cv2.line(tile, at, (at[0], at[1] + 9 * to_y), (0, 0, 255), 1)
    cv2.putText(tile, label, (4, 312), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 255), 1)
    return tile


def _sheet(path: Path, rows: list[tuple[float, cv2.typing.MatLike]]) -> None:
    tiles = [tile for _, tile in sorted(rows, key=lambda row: row[0])[:20]]
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % 4)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.vstack([np.hstack(tiles[at : at + 4]) for at in range(0, len(tiles), 4)]))


if __name__ == "__main__":
    main()
