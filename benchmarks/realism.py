"""How far simulated scans are from real ones: grey levels, gradients, spectrum, stripes, and a judge that tells tiles.

    python benchmarks/realism.py --real ../shared/data/ajna_container_bbox --count 30 --sheet docs/images/simulated.png

--real: a folder with images/ and YOLO labels/ of containers (8-bit grey). The judge is a logistic regression over
handcrafted features of 64 x 64 tiles from inside the containers, cross-validated over whole scans; its area under the
ROC curve is 1 where it always knows, .5 where it guesses.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
from cargoscope.datasets.simulation.simulate import Plan, simulate

Grey = npt.NDArray[np.uint8]
SIDE = 64
HEIGHT_PX = 480
"""All containers are brought to this height, so that neither pitch nor size gives a set away."""

FOLDS = 5


def real_containers(folder: Path, count: int) -> list[Grey]:
    """Crops of the containers of evenly chosen scans of a folder with images/ and YOLO labels/."""
    images = sorted((folder / "images").glob("*.jpg"))
    found = []
    for path in images[:: max(1, len(images) // count)][:count]:
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
        label = folder / "labels" / f"{path.stem}.txt"
        if picture is None or not label.exists():
            continue
        height, width = picture.shape
        for line in label.read_text("utf-8").splitlines()[:1]:
            _, x, y, w, h = (float(word) for word in line.split()[:5])
            x1, x2 = int((x - w / 2) * width), int((x + w / 2) * width)
            y1, y2 = int((y - h / 2) * height), int((y + h / 2) * height)
            found.append(_sized(picture[max(y1, 0) : y2, max(x1, 0) : x2]))
    return found


def plain_folder(folder: Path) -> list[Grey]:
    """Every picture in a folder and below it, which shows a container and nothing else."""
    pictures = (cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) for path in sorted(folder.rglob("*.jpg")))
    return [_sized(picture) for picture in pictures if picture is not None]


def simulated_containers(plan: Plan, count: int) -> list[Grey]:
    """Crops of the containers of the first scans of a plan of an 8-bit profile that names goods or containers."""
    found = []
    for index in range(count):
        scan, truth = simulate(plan, index)
        picture = (scan.views[0].pixels[0] >> 8).astype(np.uint8)
        x1, y1, x2, y2 = (int(edge) for edge in truth.containers[0].box)
        found.append(_sized(picture[y1:y2, x1:x2]))
    return found


def _sized(picture: Grey) -> Grey:
    scale = HEIGHT_PX / picture.shape[0]
    width = max(SIDE, round(picture.shape[1] * scale))
    return np.asarray(cv2.resize(picture, (width, HEIGHT_PX), interpolation=cv2.INTER_AREA), np.uint8)


def statistics(pictures: list[Grey]) -> dict[str, float]:
    """Shares of dark, middle and light pixels, gradients by tone, spectral slope, stripes of rows and columns."""
    every = np.concatenate([picture.ravel() for picture in pictures])
    found = {
        "below_40": float((every < 40).mean()),
        "40_to_120": float(((every >= 40) & (every < 120)).mean()),
        "120_to_200": float(((every >= 120) & (every < 200)).mean()),
        "above_200": float((every >= 200).mean()),
    }
    fine, tones = [], []
    for picture in pictures:
        plane = picture.astype(np.float32)
        fine.append((plane - cv2.GaussianBlur(plane, (0, 0), 2)).ravel())
        tones.append(cv2.blur(plane, (9, 9)).ravel())
    detail, tone = np.concatenate(fine), np.concatenate(tones)
    for name, low, high in (("dark", 0, 40), ("middle", 40, 160), ("light", 180, 250)):
        part = detail[(tone >= low) & (tone < high)]
        found[f"detail_{name}"] = float(1.4826 * np.median(np.abs(part))) if len(part) else 0.0
        found[f"detail_{name}_rms"] = float(part.std()) if len(part) else 0.0
    found["spectral_slope"] = float(np.mean([_slope(picture) for picture in pictures]))
    found["row_stripes"] = float(np.mean([_stripes(picture) for picture in pictures]))
    found["column_stripes"] = float(np.mean([_stripes(picture.T) for picture in pictures]))
    return {name: round(value, 4) for name, value in found.items()}


def _slope(picture: Grey) -> float:
    """Slope of log power over log frequency along travel."""
    plane = picture.astype(np.float32) - picture.mean()
    power = (np.abs(np.fft.rfft(plane * np.hanning(plane.shape[1])[None, :], axis=1)) ** 2).mean(axis=0)
    where = np.arange(8, len(power) * 3 // 4)
    return float(np.polyfit(np.log(where), np.log(power[where] + 1e-3), 1)[0])


def _stripes(picture: Grey) -> float:
    """Spread of the jumps from one line's median to the next, among the calm lines."""
    return float(1.4826 * np.median(np.abs(np.diff(np.median(picture.astype(np.float32), axis=1), 2))))


def features(tile: Grey) -> npt.NDArray[np.float64]:
    """40 numbers of a tile: tone, detail at four scales and its tails, gradients by direction, steps, spectrum."""
    plane = tile.astype(np.float32)
    values = [plane.mean(), plane.std(), *np.percentile(plane, (2, 25, 50, 75, 98))]
    before = plane
    for sigma in (0.8, 1.6, 3.2, 6.4):
        smooth = cv2.GaussianBlur(plane, (0, 0), sigma)
        band = before - smooth
        spread = band.std() + 0.05
        values += [np.log(spread), np.log(np.median(np.abs(band)) + 0.05), ((band / spread) ** 4).mean() ** 0.25]
        before = smooth
    dx, dy = np.diff(plane, axis=1), np.diff(plane, axis=0)
    values += [np.log(np.abs(dx).mean() + 0.05), np.log(np.abs(dy).mean() + 0.05)]
    values += [np.log(np.abs(np.diff(plane.mean(axis=0))).mean() + 0.05)]
    values += [np.log(np.abs(np.diff(plane.mean(axis=1))).mean() + 0.05)]
    values += [(dx == 0).mean(), (dy == 0).mean(), len(np.unique(tile)) / 64]
    power = np.abs(np.fft.fft2(plane - plane.mean())) ** 2
    radius = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.fftfreq(SIDE)[None, :])
    for low in (0.03, 0.08, 0.15, 0.25, 0.35, 0.45):
        values.append(np.log(power[(radius >= low) & (radius < low + 0.1)].mean() + 1))
    return np.asarray(values, np.float64)


def judge(real: list[Grey], simulated: list[Grey], rng: np.random.Generator, tiles: int = 40) -> float:
    """Cross-validated AUC of a logistic regression (features, their squares) that tells real tiles from simulated.

    No scan gives tiles to both sides of a fold. Needs at least FOLDS scans of each.
    """
    rows, labels, folds = [], [], []
    for label, pictures in ((1, real), (0, simulated)):
        for number, picture in enumerate(pictures):
            for _ in range(tiles):
                y, x = (int(rng.integers(0, edge - SIDE + 1)) for edge in picture.shape)
                rows.append(features(picture[y : y + SIDE, x : x + SIDE]))
                labels.append(label)
                folds.append(number % FOLDS)
    x, y, fold = np.array(rows), np.array(labels), np.array(folds)
    scores = np.zeros(len(y))
    for one in range(FOLDS):
        train, test = fold != one, fold == one
        mean, spread = x[train].mean(axis=0), x[train].std(axis=0) + 1e-6
        wide = np.clip((x - mean) / spread, -4, 4)
        wide = np.concatenate([np.ones((len(x), 1)), wide, wide**2 - 1], axis=1)
        weight = np.where(y[train] == 1, 0.5 / max(y[train].mean(), 1e-6), 0.5 / max(1 - y[train].mean(), 1e-6))
        scores[test] = wide[test] @ _fitted(wide[train], y[train], weight)
    return auc(scores[y == 1], scores[y == 0])


def _fitted(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.int_], weight: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Ridge-penalised logistic regression by Newton's method."""
    beta = np.zeros(x.shape[1])
    for _ in range(12):
        p = 1 / (1 + np.exp(-np.clip(x @ beta, -30, 30)))
        slope = x.T @ (weight * (p - y)) + 3.0 * beta
        curve = (x * (weight * p * (1 - p))[:, None]).T @ x + 3.0 * np.eye(len(beta))
        beta -= np.linalg.solve(curve, slope)
    return beta


def auc(positive: npt.NDArray[np.float64], negative: npt.NDArray[np.float64]) -> float:
    """Chance that a positive scores above a negative, ties as half."""
    order = np.sort(negative)
    above = np.searchsorted(order, positive, "left") + np.searchsorted(order, positive, "right")
    return float(above.mean() / 2 / len(order))


def sheet(pictures: list[Grey], names: list[str], path: Path, columns: int = 3) -> None:
    """Pictures in rows, each with its name, as one PNG; of simulated scans alone, for docs/."""
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
    cv2.imwrite(str(path), np.vstack(rows))


def main() -> None:
    """Prints one JSON object; draws the sheet where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, help="folder with images/ and YOLO labels/")
    parser.add_argument("--by-kind", type=Path, help="folder of folders named by HS heading")
    parser.add_argument("--count", type=int, default=30, help="scans of each side")
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--sheet", type=Path, help="PNG of one simulated container of each kind of goods")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    rng = np.random.default_rng(options.seed)
    told: dict[str, object] = {}
    if options.real:
        plan = Plan("linac-6-8bit", options.seed, clean_share=1.0, cargo=tuple(CATALOGUE))
        real, simulated = real_containers(options.real, options.count), simulated_containers(plan, options.count)
        told = {"real": statistics(real), "simulated": statistics(simulated)}
        told["scans"] = [len(real), len(simulated)]
        told["auc"] = round(judge(real, simulated, rng), 3)
    if options.by_kind:
        told["auc_by_heading"] = _by_heading(options.by_kind, options.seed, rng)
    if options.sheet:
        plans = [Plan("linac-6-8bit", options.seed, clean_share=1.0, cargo=(kind,)) for kind in CATALOGUE]
        sheet([simulated_containers(plan, 1)[0] for plan in plans], list(CATALOGUE), options.sheet)
    print(json.dumps(told, indent=1))


def _by_heading(folder: Path, seed: int, rng: np.random.Generator) -> dict[str, float]:
    """AUC for each HS heading with real pictures; few scans each, so read it as a hint."""
    found = {}
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        kinds = tuple(kind for kind, goods in CATALOGUE.items() if place.name in goods.headings)
        real = plain_folder(place)
        if not kinds or len(real) < 2:
            continue
        simulated = [
            simulated_containers(Plan("linac-6-8bit", seed + i, clean_share=1.0, cargo=(kinds[i % len(kinds)],)), 1)[0]
            for i in range(2 * len(real))
        ]
        found[place.name] = round(judge(real, simulated, rng, tiles=60), 3)
    return found


if __name__ == "__main__":
    main()
