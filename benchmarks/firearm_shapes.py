"""How real a detector takes drawn firearms for: the same simulated clean scans, firearms drawn and firearms cut out.

python -m benchmarks.firearm_shapes MODEL_FOLDER --data SCANS --cut-outs FOLDER [--output result.json]

Each firearm lies alone before a light place (attenuation below LIGHT in the middle of a crop) in a container of a clean
simulated scan, turned anyhow (long guns also lying, upright and across), at .9, 1.1 and 1.3 times the middle plane's
height; the network, both ways round where the model looks twice, says how surely it is one. What is found among drawn
ones and missed among cut-outs is a fault of the drawings, not of the scenes. Scores are the network's highest near the
centre, before doubles are merged.
"""

import argparse
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np
import torch

from cargoscope import pixels
from cargoscope.datasets.manifest import Manifest
from cargoscope.datasets.projection.articles import folder_articles
from cargoscope.datasets.simulation.beam.profiles import profile
from cargoscope.datasets.simulation.threats.firearms import firearm
from cargoscope.datasets.simulation.threats.handguns import handgun
from cargoscope.datasets.simulation.threats.long_guns import long_gun
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, land
from cargoscope.models.card import WEIGHTS_FILE, read_card
from cargoscope.models.networks import STRIDE, Detector, build
from cargoscope.training import fresh
from cargoscope.training.cache import Page, open_package, pages
from cargoscope.training.run import from_folders

CROP: Final = 256
LIGHT: Final = 0.5
HEIGHTS: Final = (0.9, 1.1, 1.3)
LONG_MM: Final = 600.0
EVENED: Final = 0.3
BARS: Final = (0.4, 0.5, 0.6)

LEANING: Final = {"lying": 0.0, "upright": np.pi / 2, "across": np.pi / 4}
"""Angles between a long gun's longest axis and the truck's, muzzle to either end, beside any angle."""

LEANS: Final = 0.25
"""Spread, in radians, about those angles."""

Draw = Callable[[np.random.Generator], Shape]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="simulated scans with truth.json, never trained on")
    parser.add_argument("--cut-outs", type=Path, required=True, help="folder of gun_*, rifle_* low-energy pairs")
    parser.add_argument("--network", default="cargoscope-s", help="of the model")
    parser.add_argument("--count", type=int, default=120, help="firearms of each sort")
    parser.add_argument("--scans", type=int, default=90, help="clean scans to lay them before")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    card = read_card(options.model)
    network = build(options.network, len(card.classes))
    weights = torch.load(options.model / WEIGHTS_FILE, map_location="cpu", weights_only=True)
    network.load_state_dict({name: w.float() if w.is_floating_point() else w for name, w in weights.items()})
    network.eval()
    clean = Manifest(tuple(sample for sample in from_folders([options.data]) if not sample.objects)[: options.scans])
    rows: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as folder:
        laid = [page for page in pages(clean, card.pitch_mm, Path(folder), open_package) if fresh.has_room(page)]
        sorts = _sorts(options.cut_outs)
        draws = list(dict.fromkeys(draw for draw, _ in sorts.values()))
        for name, (draw, lean) in sorts.items():
            rng = np.random.default_rng((options.seed, draws.index(draw)))
            answer = partial(_answer, network, card.classes.index("firearm"), card.mirrored)
            found = [
                _one(draw(rng), laid, card.pitch_mm, HEIGHTS[i % 3], lean, answer, rng) for i in range(options.count)
            ]
            scores, contrasts = np.array([one for one in found if one]).T
            rows[name] = {f"at {bar}": float((scores >= bar).mean()) for bar in BARS} | {
                "n": len(scores), "median score": float(np.median(scores)), "attenuation": float(np.median(contrasts)),
            }  # fmt: skip
            print(f"{name:28}", " ".join(f"{key} {value:.2f}" for key, value in rows[name].items()), flush=True)
    if options.output:
        options.output.write_text(json.dumps({"model": card.model_id, "sorts": rows}, indent=1) + "\n")


def _sorts(cut_outs: Path) -> dict[str, tuple[Draw, float | None]]:
    """What is drawn, and how it leans (None: anyhow)."""

    def cut(name: str) -> Draw:
        articles = folder_articles(cut_outs, [name])
        return lambda rng: articles[rng.integers(len(articles))].shape(rng)

    def pattern(long: bool) -> Draw:
        def drawn(rng: np.random.Generator) -> Shape:
            while True:
                shape = firearm(rng)
                if (shape.depth_mm.shape[1] * FINE_MM > LONG_MM) == long:
                    return shape

        return drawn

    def even(draw: Draw) -> Draw:
        return lambda rng: fresh.evened(draw(rng), EVENED)

    drawn: dict[str, Draw] = {
        "pistols of the splits": pattern(long=False),
        "handguns of any proportion": handgun,
        "long guns of the splits": pattern(long=True),
        "long guns of any proportion": long_gun,
    }
    evened = {f"{name}, evened": even(draw) for name, draw in drawn.items()}
    anyhow = {"real pistols": cut("gun"), "real rifles": cut("rifle")} | drawn | evened
    leaning = {
        f"{name}, {how}": (anyhow[name], angle)
        for name in ("real rifles", "long guns of any proportion")
        for how, angle in LEANING.items()
    }
    return {name: (draw, None) for name, draw in anyhow.items()} | leaning


def _angle(shape: Shape, lean: float | None, rng: np.random.Generator) -> float:
    if lean is None:
        return float(rng.uniform(0, 2 * np.pi))
    return float(rng.choice([-1, 1]) * lean + rng.normal(0, LEANS) + np.pi * rng.integers(2) - shape.longest_axis())


def _one(
    shape: Shape,
    laid: list[Page],
    pitch_mm: float,
    height: float,
    lean: float | None,
    answer: Callable[[np.ndarray, int], float],
    rng: np.random.Generator,
) -> tuple[float, float] | None:
    """The network's answer to one firearm, and how much it attenuates; None where it reaches out of the scan."""
    page, (x, y) = _light_place(laid, rng)
    stamp = land(shape, pitch_mm, height, _angle(shape, lean, rng), 0.0)
    h, w = stamp.mask.shape
    left, top = x - w // 2, y - h // 2
    if left < 0 or top < 0 or left + w > page.planes.size_wh[0] or top + h > page.planes.size_wh[1]:
        return None
    behind = np.asarray(page.planes.values[0, top : top + h, left : left + w], np.float32) * np.float32(4)
    more = fresh.more_of(profile(page.sample.profile), stamp, behind, rng)
    origin = (x - CROP // 2, y - CROP // 2)
    tile = fresh.cut(page, [fresh.Extra(more, (left, top))], pitch_mm, origin, (CROP, CROP))
    return answer(tile, max(h, w)), float(more[0][stamp.mask].mean())


def _light_place(laid: list[Page], rng: np.random.Generator) -> tuple[Page, tuple[int, int]]:
    """The middle of a crop that shows a light part of a container."""
    while True:
        page = laid[rng.integers(len(laid))]
        boxes = pixels.to_input(np.array(page.sample.containers, np.float32), (0, 0), page.planes)
        x1, y1, x2, y2 = boxes[rng.integers(len(boxes))]
        x, y = (int(rng.uniform(low + 60, max(high - 60, low + 61))) for low, high in ((x1, x2), (y1, y2)))
        if np.median(pixels.cut(page.planes, (x - 50, y - 50), (100, 100))[0]) * 4 < LIGHT:
            return page, (x, y)


@torch.no_grad()
def _answer(network: Detector, row: int, mirrored: bool, tile: np.ndarray, side: int) -> float:
    ways = [tile, tile[:, :, ::-1].copy()] if mirrored else [tile]
    heat = network(torch.from_numpy(np.stack(ways)))[0][:, row]
    mean = (heat[0] + heat[-1].flip(-1)) / 2 if mirrored else heat[0]
    middle, reach = mean.shape[-1] // 2, max(side // STRIDE // 2, 2)
    return float(mean[middle - reach : middle + reach + 1, middle - reach : middle + reach + 1].max().sigmoid())


if __name__ == "__main__":
    main()
