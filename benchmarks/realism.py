"""How far simulated scans are from real ones: figures, two judges that tell tiles, and sheets of both side by side.

    python benchmarks/realism.py --real port/trucks --by-kind port/by-heading \
        --count 40 --side-by-side /tmp/beside.png

--real: a folder with images/ and YOLO labels/ of containers (8-bit grey). As many scans are simulated as there are real
ones and some more, and those are taken whose share of dark pixels is nearest to a real scan's: which goods pass a port
is no fault of a simulator. Both are cropped, saved and brought to one height alike; widths stay as the vehicle's speed
made them. The judges, a regression over features and a small convolutional network, see 64 x 64 tiles and are tested on
scans that they did not learn from; the area under the ROC curve is 1 where a judge always knows, .5 where it guesses.

Sheets that show real scans must lie outside the repository.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from realism_judges import SIDE, Judge, judged, network, regression, tiles_of, verdict
from realism_measures import differences, statistics

from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.vehicle.container import SIZES_MM
from cargoscope.datasets.simulation.vehicle.tank import TANKS

Grey = npt.NDArray[np.uint8]
HEIGHT_PX = 480
"""All containers are brought to this height, so that neither pitch nor size gives a set away."""

INSET = 0.008
"""Cut off at each side of a box: boxes drawn by hand are a little off, boxes of a simulator are not."""

ARCHIVE_JPEG = 75
"""What the public archive's pictures were saved with once more; simulated exports go the same way."""

SURPLUS = 2.0
"""Scans simulated for each one that is taken."""

JUDGES: dict[str, Judge] = {"regression": regression, "network": network}


def real_containers(folder: Path, count: int) -> list[Grey]:
    """Crops of the first containers of evenly chosen scans of a folder with images/ and YOLO labels/."""
    images = sorted((folder / "images").glob("*.jpg"))
    found = []
    for number in np.unique(np.linspace(0, len(images) - 1, count).astype(int)):
        picture = cv2.imread(str(images[number]), cv2.IMREAD_GRAYSCALE)
        label = folder / "labels" / f"{images[number].stem}.txt"
        if picture is None or not label.exists():
            continue
        height, width = picture.shape
        for line in label.read_text("utf-8").splitlines()[:1]:
            _, x, y, w, h = (float(word) for word in line.split()[:5])
            found.append(cropped(picture, ((x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width,
                                           (y + h / 2) * height)))  # fmt: skip
    return found


def plain_folder(folder: Path) -> list[Grey]:
    """Every picture in a folder and below it, which shows a container and nothing else."""
    pictures = (cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(folder.rglob("*.jp*g")))
    return [cropped(one, (0, 0, one.shape[1], one.shape[0])) for one in pictures if one is not None]


def simulated_containers(plan: Plan, count: int) -> list[Grey]:
    """Crops of the first containers of the first scans of a plan of an 8-bit profile that names goods or containers."""
    found = []
    for index in range(count):
        scan, truth = simulate(plan, index)
        exported = (scan.views[0].pixels[0] >> 8).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", exported, [cv2.IMWRITE_JPEG_QUALITY, ARCHIVE_JPEG])
        kept = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
        assert kept is not None
        found.append(cropped(np.asarray(kept, np.uint8), truth.containers[0].box))
    return found


def cropped(picture: Grey, box: tuple[float, float, float, float]) -> Grey:
    """A box (pixels) less INSET, brought to HEIGHT_PX; its pixels keep their shape."""
    dx, dy = INSET * (box[2] - box[0]), INSET * (box[3] - box[1])
    x1, y1 = max(round(box[0] + dx), 0), max(round(box[1] + dy), 0)
    part = picture[y1 : round(box[3] - dy), x1 : round(box[2] - dx)]
    width = max(SIDE, round(part.shape[1] * HEIGHT_PX / part.shape[0]))
    return np.asarray(cv2.resize(part, (width, HEIGHT_PX), interpolation=cv2.INTER_AREA), np.uint8)


def darkness(picture: Grey) -> float:
    """Share of dark pixels where goods stand: what tells empty from loaded, and light from heavy."""
    height, width = picture.shape
    return float((picture[int(0.15 * height) : int(0.82 * height), width // 20 : -width // 20] < 110).mean())


def matched(real: list[Grey], simulated: list[Grey]) -> list[Grey]:
    """For each real picture, in its order, the simulated one nearest in darkness that is not taken yet."""
    left = list(range(len(simulated)))
    dark = [darkness(one) for one in simulated]
    chosen = {}
    for number in sorted(range(len(real)), key=lambda at: -darkness(real[at])):
        nearest = min(left, key=lambda at: abs(dark[at] - darkness(real[number])))
        left.remove(nearest)
        chosen[number] = simulated[nearest]
    return [chosen[number] for number in range(len(real))]


def compare(real: list[Grey], simulated: list[Grey], seed: int, count: int) -> dict[str, object]:
    """Verdicts of all judges over `count` tiles of every picture."""
    tiles = tiles_of(real, simulated, np.random.default_rng(seed), count)
    told: dict[str, object] = {}
    for name, judge in JUDGES.items():
        told[name] = verdict(tiles, judged(tiles, judge), np.random.default_rng(seed))
    return told


def sheet(pictures: list[Grey], names: list[str], path: Path, columns: int = 3) -> None:
    """Pictures in rows, each with its name, as one picture file."""
    width, height = 520, 150
    cells = []
    for picture, name in zip(pictures, names, strict=True):
        scale = min(width / picture.shape[1], (height - 18) / picture.shape[0])
        size = (max(1, int(picture.shape[1] * scale)), max(1, int(picture.shape[0] * scale)))
        cell = np.full((height, width + 6), 255, np.uint8)
        cell[18 : 18 + size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        cv2.putText(cell, name, (2, 13), cv2.FONT_HERSHEY_SIMPLEX, 0.42, 0, 1, cv2.LINE_AA)
        cells.append(cell)
    cells += [np.full((height, width + 6), 255, np.uint8)] * (-len(cells) % columns)
    rows = [np.hstack(cells[i : i + columns]) for i in range(0, len(cells), columns)]
    cv2.imwrite(str(path), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 85])


def beside(real: list[Grey], simulated: list[Grey], path: Path) -> None:
    """Real pictures on the left, simulated ones on the right; refuses a place inside the repository."""
    if Path(__file__).resolve().parents[1] in path.resolve().parents:
        raise SystemExit(f"{path}: a sheet with real scans must lie outside the repository")
    pairs = [one for pair in zip(real, simulated, strict=True) for one in pair]
    sheet(pairs, ["real", "simulated"] * len(real), path, columns=2)


def by_heading(folder: Path, seed: int, tiles: int) -> dict[str, object]:
    """Verdicts for each HS heading with real pictures; there are few scans of each, so read them as hints."""
    found: dict[str, object] = {}
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        kinds = tuple(kind for kind, goods in CATALOGUE.items() if place.name in goods.headings)
        real = plain_folder(place)
        if not kinds or len(real) < 2:
            continue
        plans = [Plan("linac-6-8bit", seed + i, clean_share=1.0, cargo=(kinds[i % len(kinds)],))
                 for i in range(round(SURPLUS * len(real)))]  # fmt: skip
        made = [simulated_containers(plan, 1)[0] for plan in plans]
        found[place.name] = {"real_scans": len(real), **compare(real, matched(real, made), seed, tiles)}
    return found


def main() -> None:
    """Prints one JSON object; draws the sheets asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, help="folder with images/ and YOLO labels/")
    parser.add_argument("--by-kind", type=Path, help="folder of folders named by HS heading")
    parser.add_argument("--count", type=int, default=40, help="scans of each side")
    parser.add_argument("--tiles", type=int, default=30, help="tiles of each scan")
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument(
        "--side-by-side", type=Path, help="picture of real and simulated containers, outside the repository"
    )
    parser.add_argument("--sheet", type=Path, help="picture of one simulated container of each kind of goods")
    parser.add_argument("--trucks", type=Path, help="picture of twelve whole simulated scans")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    told: dict[str, object] = {}
    if options.real:
        plan = Plan("linac-6-8bit", options.seed, clean_share=1.0, cargo=tuple(CATALOGUE), containers=tuple(SIZES_MM))
        real = real_containers(options.real, options.count)
        simulated = matched(real, simulated_containers(plan, round(SURPLUS * len(real))))
        one, other = statistics(real), statistics(simulated)
        told = {"scans": len(real), "real": one, "simulated": other, "apart": differences(one, other)}
        if options.side_by_side:
            beside(real, simulated, options.side_by_side)
        told["judges"] = compare(real, simulated, options.seed, options.tiles)
    if options.by_kind:
        told["by_heading"] = by_heading(options.by_kind, options.seed, options.tiles)
    if options.sheet:
        dry = tuple(size for size in SIZES_MM if size not in TANKS)
        plans = [Plan("linac-6-8bit", options.seed + i, clean_share=1.0, cargo=(kind,), containers=dry)
                 for i, kind in enumerate(CATALOGUE)]  # fmt: skip
        sheet([simulated_containers(plan, 1)[0] for plan in plans], list(CATALOGUE), options.sheet)
    if options.trucks:
        plan = Plan("linac-6-8bit", options.seed, clean_share=1.0, cargo=tuple(CATALOGUE), containers=tuple(SIZES_MM))
        whole = [(simulate(plan, index)[0].views[0].pixels[0] >> 8).astype(np.uint8) for index in range(12)]
        sheet(whole, [""] * len(whole), options.trucks)
    print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
