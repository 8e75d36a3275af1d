"""How well the scene model sees containers and their load: real scans that it never learnt from, and simulated ones.

python benchmarks/scene.py [MODEL_FOLDER] --output result.json
    [--scans IMAGES --boxes LABELS]      real truck scans with a YOLO box per container: IoU, edges, pitch
    [--cargo FOLDER]                     real scans cropped to the container, below hs4/HHHH, 0000 empty: empty, HS
    [--simulated FOLDER ...]             with truth.json: IoU, empty, fill, kinds, calibration, unpenetrated

Nothing of this may be tuned on: the real scans are few. A container is found where a box overlaps its own by .8.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cargoscope.datasets.formats.package import read_package
from cargoscope.datasets.formats.read import read_scan
from cargoscope.datasets.projection.pitch import read_yolo
from cargoscope.datasets.truth import read_coco
from cargoscope.inference.scene import DEFAULT_SCENE, SceneReader
from cargoscope.models.scene import Box, SeenView

FOUND: Final = 0.8
BINS: Final = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, nargs="?", default=DEFAULT_SCENE)
    parser.add_argument("--output", type=Path, required=True, help="result as JSON")
    parser.add_argument("--scans", type=Path, help="folder of truck scans")
    parser.add_argument("--boxes", type=Path, help="folder of YOLO files, a box per container")
    parser.add_argument("--cargo", type=Path, help="folder with hs4/HHHH/*.jpg")
    parser.add_argument("--simulated", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    result: dict[str, Any] = {}
    with SceneReader(options.model, threads=1) as reader:
        result["model_id"] = reader.card.model_id
        if options.scans is not None:
            result["boxes"] = _boxes(reader, options.scans, options.boxes)
        if options.cargo is not None:
            result["cargo"] = _cargo(reader, options.cargo)
        for folder in options.simulated:
            result[f"simulated {folder.name}"] = _simulated(reader, folder)
    options.output.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps({key: _short(value) for key, value in result.items()}, indent=1))


def iou(one: Box, other: Box) -> float:
    wide = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    tall = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * tall / (sum(areas) - wide * tall)


def ece(said: Sequence[float], true: Sequence[float]) -> float | None:
    """Expected calibration error over ten equal bins: how far what is said lies from what is, on average."""
    chances, outcomes = np.array(said), np.array(true)
    if not len(chances):
        return None
    at = np.minimum((chances * BINS).astype(int), BINS - 1)
    gaps = [abs(float(chances[at == b].mean() - outcomes[at == b].mean())) * float((at == b).mean()) for b in set(at)]
    return round(sum(gaps), 4)


def _boxes(reader: SceneReader, scans: Path, labels: Path) -> dict[str, Any]:
    per_box, per_scan, edges, counts, pitches, rows = [], [], [], 0, [], []
    files = sorted(path for path in scans.iterdir() if (labels / f"{path.stem}.txt").is_file())
    for path in files:
        view = read_scan(path, path.name, pseudo_colour=True).views[0]
        seen = reader(view)
        overlaps = []
        for true in read_yolo(labels / f"{path.stem}.txt", view.size_wh):
            best = max(seen.containers, key=lambda one, true=true: iou(one.box, true), default=None)
            overlaps.append(0.0 if best is None else iou(best.box, true))
            if best is not None and overlaps[-1] > 0.5:
                sides = np.array([true[2] - true[0], true[3] - true[1]] * 2)
                edges.append((np.array(best.box) - np.array(true)) / sides)
        per_box += overlaps
        per_scan.append(min(overlaps))
        counts += len(seen.containers) == len(overlaps)
        pitches.append(seen.pitch_mm())
        rows.append({"scan": path.name, "iou": round(per_scan[-1], 3), "containers": len(seen.containers)})
    known = np.array([pitch for pitch in pitches if pitch is not None]).reshape(-1, 2)
    return {
        "scans": len(files),
        "containers": len(per_box),
        "scans_all_found": _share(np.array(per_scan) >= FOUND),
        "containers_found": _share(np.array(per_box) >= FOUND),
        "containers_iou_0.9": _share(np.array(per_box) >= 0.9),
        "median_iou": round(float(np.median(per_box)), 3),
        "scans_with_the_right_number": round(counts / max(len(files), 1), 4),
        "edge_error_mean": np.round(np.mean(edges, axis=0), 4).tolist(),
        "edge_error_absolute": np.round(np.mean(np.abs(edges), axis=0), 4).tolist(),
        "pitch_known": round(len(known) / max(len(files), 1), 4),
        "pitch_mm_5_50_95": np.round(np.percentile(known, (5, 50, 95), axis=0), 2).tolist() if len(known) else None,
        "rows": sorted(rows, key=lambda row: float(row["iou"])),
    }


def _cargo(reader: SceneReader, root: Path) -> dict[str, Any]:
    rows = []
    for path in sorted((root / "hs4").glob("[0-9]*/*.jp*g")):
        seen = reader(read_scan(path, "cropped.jpg", pseudo_colour=True).views[0])
        rows.append(
            {
                "file": f"{path.parent.name}/{path.name}",
                "true": path.parent.name,
                "containers": len(seen.containers),
                "empty": seen.empty,
                "fill": seen.fill,
                "unpenetrated": round(seen.unpenetrated, 3),
                "said": [(heading, round(chance, 3)) for heading, chance in seen.cargo[:5]],
            }
        )
    judged = [row for row in rows if row["empty"] is not None]
    empties = [row["empty"] for row in judged if row["true"] == "0000"]
    loaded = [row["empty"] for row in judged if row["true"] != "0000"]
    headings = [row for row in judged if row["true"] != "0000"]
    confusion: dict[str, dict[str, int]] = {}
    for row in headings:
        to = row["said"][0][0]
        confusion.setdefault(row["true"], {})[to] = confusion.setdefault(row["true"], {}).get(to, 0) + 1
    return {
        "scans": len(rows),
        "with_a_container": len(judged),
        "empty_right": sum(value >= 0.5 for value in empties),
        "empty_of": sum(row["true"] == "0000" for row in rows),
        "loaded_right": sum(value < 0.5 for value in loaded),
        "loaded_of": sum(row["true"] != "0000" for row in rows),
        "auc": _auc(empties, loaded),
        "heading_first": _share(np.array([row["said"][0][0] == row["true"] for row in headings])),
        "heading_in_five": _share(np.array([row["true"] in [h for h, _ in row["said"]] for row in headings])),
        "confusion": confusion,
        "rows": rows,
    }


def _simulated(reader: SceneReader, folder: Path) -> dict[str, Any]:
    overlaps, empty, fill, first, dark, doors, lengths, heights = [], [], [], [], [], [], [], []
    units: list[float] = []
    for truth in read_coco(folder / "truth.json"):
        view = read_package(folder / truth.file_name).views[0]
        seen: SeenView = reader(view)
        for one in truth.containers:
            best = max(seen.containers, key=lambda each, one=one: iou(each.box, one.box), default=None)
            overlaps.append(0.0 if best is None else iou(best.box, one.box))
            if best is None or overlaps[-1] < 0.5:
                continue
            empty.append((best.empty, float(one.empty)))
            fill.append((best.fill, one.filled_volume))
            doors.append((best.door_probability, float(best.door_end == one.door_end)))
            dark.append((best.unpenetrated, one.dark_fraction))
            units.append(float((best.unit is None) == (one.unit is None)))
            if view.pitch_mm is not None:
                lengths.append(best.pitch_mm[0] / view.pitch_mm[0])
                heights.append(best.pitch_mm[1] / view.pitch_mm[1])
            if one.cargo:
                heading, chance = best.cargo[0]
                first.append((chance, one.cargo.count(heading) / len(one.cargo), float(heading in one.cargo)))
    judged = np.array(empty)
    return {
        "containers": len(overlaps),
        "found": _share(np.array(overlaps) >= FOUND),
        "median_iou": round(float(np.median(overlaps)), 3),
        "empty_right": _share((judged[:, 0] >= 0.5) == (judged[:, 1] >= 0.5)),
        "empty_auc": _auc(judged[judged[:, 1] > 0.5, 0].tolist(), judged[judged[:, 1] <= 0.5, 0].tolist()),
        "empty_ece": ece(judged[:, 0].tolist(), judged[:, 1].tolist()),
        "fill_mean_absolute_error": round(float(np.mean([abs(said - true) for said, true in fill])), 4),
        "fill_error_always_mean": round(float(np.mean(np.abs(np.array(fill)[:, 1] - np.mean(fill, axis=0)[1]))), 4),
        "heading_first": _share(np.array([hit for _, _, hit in first])),
        "heading_ece": ece([chance for chance, _, _ in first], [share for _, share, _ in first]),
        "doors_right": _share(np.array([right for _, right in doors])),
        "doors_ece": ece([chance for chance, _ in doors], [right for _, right in doors]),
        "reefer_unit_right": _share(np.array(units)),
        "pitch_within_5_percent": [_share(np.abs(np.log(ratio)) < 0.05) for ratio in (lengths, heights)],
        "pitch_error_median": [round(float(np.median(np.abs(np.log(r)))), 4) for r in (lengths, heights)],
    }


def _share(true: npt.NDArray[Any]) -> float | None:
    return round(float(np.mean(true)), 4) if len(true) else None


def _auc(above: Sequence[float], below: Sequence[float]) -> float | None:
    """Chance that one of `above` lies higher than one of `below`."""
    if not above or not below:
        return None
    pairs = np.sign(np.array(above)[:, None] - np.array(below)[None, :])
    return round(float((pairs + 1).mean() / 2), 4)


def _short(value: Any) -> Any:
    return {key: part for key, part in value.items() if key != "rows"} if isinstance(value, dict) else value


if __name__ == "__main__":
    main()
