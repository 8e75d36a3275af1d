"""Articles and harmless things drawn for one crop alone: the few hundred of scans on disk a network learns by heart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope import pixels
from cargoscope.datasets.simulation.beam.materials import ORGANIC
from cargoscope.datasets.simulation.beam.physics import Beam
from cargoscope.datasets.simulation.beam.profiles import Profile, beam_of, profile, shipped
from cargoscope.datasets.simulation.cargo.oddments import oddment
from cargoscope.datasets.simulation.threats.handguns import handgun
from cargoscope.datasets.simulation.threats.kinds import draw_instance
from cargoscope.datasets.simulation.threats.long_guns import long_gun
from cargoscope.datasets.simulation.threats.stamps import Shape, Stamp, land
from cargoscope.training.cache import Page

Floats = npt.NDArray[np.float32]

FIRST: Final = 1_000_000
"""Instances from this number on are drawn for training alone: no split of the simulator holds them."""

EVENED: Final = (0.1, 1.0)
"""Power put on the areal density of an article, its mass kept: between a dummy and the real thing."""

EVENED_SHARE: Final = 0.7
"""Share of the articles that are evened."""

TILT: Final = 0.35
"""Spread, in radians, of how far articles are turned out of the picture."""

ALIGNED_SHARE: Final = 0.5
ALIGNED: Final = 0.2
"""Share of the articles that lie or stand, and the spread, in radians, of how they do."""

NEAR_FAR: Final = (0.7, 1.45)
"""Magnification across a container, 1 in its middle plane: it stretches along the fan, not along the way. A source
4.5 m from the middle makes 1.32 of what stands 1.1 m nearer and .80 of what stands as much farther; where the pitch
comes from a container's outline, which is that of its nearer side, all is a quarter less. A pitch that is a tenth off
brings 1.45 of it."""

THROUGH: Final = 2.2
DARKEST: Final = 3.5
"""A place is too dark for an article if its attenuation is less than THROUGH below the deepest that the scanner can
tell, or more than DARKEST in any case."""

BEHIND_G_CM2: Final = np.linspace(0, 250, 126, dtype=np.float32)

PLACES: Final = 4
"""Places looked at before a crop goes without."""


LONG_GUNS: Final = 0.45
HANDGUNS: Final = 0.3
"""Shares of the firearms that are put together from parts of any proportion, beside the patterns of the splits."""

ODDMENTS: Final = (1, 4)
"""Fewest harmless things in a crop that gets any, and one more than the most."""


@dataclass(frozen=True, eq=False)
class Extra:
    """more: (energies, h, w) attenuation that something adds to a page, from corner_xy of its planes on."""

    more: Floats
    corner_xy: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Put:
    """An article in a page. box: in pixels of its planes. cnr: contrast to noise there, near the simulator's."""

    kind: str
    box: Floats
    cnr: float
    extra: Extra


def cut(
    page: Page, extras: Sequence[Extra], pitch_mm: float, origin_xy: tuple[int, int], tile_hw: tuple[int, int]
) -> Floats:
    """As `pixels.cut` of the page's planes, at pitch_mm, with what was put into it."""
    margin = round(pixels.WINDOW_MM / pitch_mm)
    (x, y), (h, w) = origin_xy, tile_hw
    left, top, right, bottom = max(x - margin, 0), max(y - margin, 0), x + w + margin, y + h + margin
    part = page.planes.values[:, top : max(bottom, 0), left : max(right, 0)]
    facts = profile(page.sample.profile)
    more = np.zeros((len(facts.energies), *part.shape[1:]), np.float32)
    for extra in extras:
        at_x, at_y = extra.corner_xy[0] - left, extra.corner_xy[1] - top
        stamp = extra.more[:, max(-at_y, 0) :, max(-at_x, 0) :]
        here = more[:, max(at_y, 0) :, max(at_x, 0) :][:, : stamp.shape[1], : stamp.shape[2]]
        here += stamp[:, : here.shape[1], : here.shape[2]]
    held = pixels.Planes(pixels.with_more(part, more, pitch_mm, deepest(facts)), page.planes.pixels_per_px_xy)
    return pixels.cut(held, (x - left, y - top), tile_hw)


def has_room(page: Page) -> bool:
    """Whether the page shows containers, of a scanner whose beam the simulator knows or that is taken for one."""
    sample = page.sample
    return bool(sample.containers) and sample.profile in shipped() and page.view == 0


def put(page: Page, kinds: tuple[str, ...], pitch_mm: float, rng: np.random.Generator) -> Put | None:
    """An article somewhere in one of the containers of a page with room, as its scanner would have shown it there.

    The load counts as organic: it only hardens the beam. None where it is too dark for anything to be seen.
    """
    facts = profile(page.sample.profile)
    kind = kinds[rng.integers(len(kinds))]
    shape = _firearm(rng) if kind == "firearm" else _instance(kind, rng)
    if rng.random() < EVENED_SHARE:
        shape = evened(shape, rng.uniform(*EVENED))
    stamp = _landed(shape, page, pitch_mm, _laid(rng), abs(rng.normal(0, TILT)), rng)
    if not stamp.mask.any():
        return None
    boxes = pixels.to_input(np.array(page.sample.containers, np.float32), (0, 0), page.planes)
    h, w = stamp.mask.shape
    for _ in range(PLACES):
        x1, y1, x2, y2 = boxes[rng.integers(len(boxes))]
        x, y = (int(rng.uniform(low, max(low, high - side))) for low, high, side in ((x1, x2, w), (y1, y2, h)))
        if x < 0 or y < 0 or x + w > page.planes.size_wh[0] or y + h > page.planes.size_wh[1]:
            continue
        behind = np.asarray(page.planes.values[0, y : y + h, x : x + w], np.float32) * np.float32(4)
        if float(np.median(behind[stamp.mask])) > _darkest(facts):
            continue
        more = more_of(facts, stamp, behind, rng)
        cnr = float(more[0][stamp.mask].mean()) / _noise(behind, facts.bits)
        ys, xs = np.flatnonzero(stamp.mask.any(axis=1)), np.flatnonzero(stamp.mask.any(axis=0))
        box = np.array([x + xs[0], y + ys[0], x + xs[-1] + 1, y + ys[-1] + 1], np.float32)
        return Put(kind, box, cnr, Extra(more, (x, y)))
    return None


def oddments(
    page: Page, pitch_mm: float, origin_xy: tuple[int, int], side_wh: tuple[int, int], rng: np.random.Generator
) -> list[Extra]:
    """Harmless things anywhere in a crop of a page with room, in front of whatever is there."""
    extras = []
    for _ in range(int(rng.integers(*ODDMENTS))):
        stamp = _landed(oddment(rng), page, pitch_mm, _turn(rng), abs(rng.normal(0, TILT)), rng)
        h, w = stamp.mask.shape
        x, y = (int(rng.uniform(start - 0.3 * own, start + side - 0.7 * own))
                for start, side, own in zip(origin_xy, side_wh, (w, h), strict=True))  # fmt: skip
        crop = (
            slice(max(-y, 0), max(page.planes.size_wh[1] - y, 0)),
            slice(max(-x, 0), max(page.planes.size_wh[0] - x, 0)),
        )
        shown = replace(stamp, mass=stamp.mass[:, *crop], wrap=stamp.wrap[crop], mask=stamp.mask[crop])
        if not shown.mask.any():
            continue
        x, y = max(x, 0), max(y, 0)
        h, w = shown.mask.shape
        behind = np.asarray(page.planes.values[0, y : y + h, x : x + w], np.float32) * np.float32(4)
        extras.append(Extra(more_of(profile(page.sample.profile), shown, behind, rng), (x, y)))
    return extras


def _landed(shape: Shape, page: Page, pitch_mm: float, angle: float, tilt: float, rng: np.random.Generator) -> Stamp:
    """A shape in pixels of the planes: as large as the page's true pitch makes it, where that is another than the one
    the planes were resampled by."""
    known, seen = page.sample.true_pitch_mm, page.planes.pixels_per_px_xy
    x_mm, y_mm = (pitch_mm, pitch_mm) if known is None else (known[0] * seen[0], known[1] * seen[1])
    return land(shape, x_mm, rng.uniform(*NEAR_FAR) * x_mm / y_mm, angle, tilt)


def buried(page: Page, extras: Sequence[Extra], box: Floats) -> bool:
    """Whether what was put in front of a box, in pixels of the planes, leaves next to nothing of most of it."""
    w, h = page.planes.size_wh
    (x1, y1), (x2, y2) = (
        (int(np.clip(x, 0, w)), int(np.clip(y, 0, h))) for x, y in (np.floor(box[:2]), np.ceil(box[2:]))
    )
    if x1 >= x2 or y1 >= y2:
        return False
    seen = np.asarray(page.planes.values[0, y1:y2, x1:x2], np.float32) * np.float32(4)
    before = seen.copy()
    for extra in extras:
        at_x, at_y = extra.corner_xy[0] - x1, extra.corner_xy[1] - y1
        stamp = extra.more[0, max(-at_y, 0) :, max(-at_x, 0) :]
        here = seen[max(at_y, 0) :, max(at_x, 0) :][: stamp.shape[0], : stamp.shape[1]]
        here += stamp[: here.shape[0], : here.shape[1]]
    return float(np.median(seen)) > max(_darkest(profile(page.sample.profile)), float(np.median(before)))


def _darkest(facts: Profile) -> float:
    """The most that may lie in front of or behind an article, as attenuation."""
    return min(deepest(facts) - THROUGH, DARKEST)


def _firearm(rng: np.random.Generator) -> Shape:
    chance = rng.random()
    if chance < LONG_GUNS:
        return long_gun(rng)
    return handgun(rng) if chance < LONG_GUNS + HANDGUNS else _instance("firearm", rng)


def _instance(kind: str, rng: np.random.Generator) -> Shape:
    return draw_instance(kind, FIRST + int(rng.integers(1 << 40)))


def _laid(rng: np.random.Generator) -> float:
    """Articles lie along or stand upright as often as they lean anyhow: among posts, beams and shelves, where a long
    thing is harder to tell than across them."""
    if rng.random() < ALIGNED_SHARE:
        return float(rng.integers(4) * np.pi / 2 + rng.normal(0, ALIGNED))
    return float(rng.uniform(0, 2 * np.pi))


def _turn(rng: np.random.Generator) -> float:
    """Things stand upright more often than not."""
    return float(rng.normal(0, 0.06) if rng.random() < 0.6 else rng.uniform(0, 2 * np.pi))


def evened(shape: Shape, power: float) -> Shape:
    """The same outline and mass, thick and thin parts closer to each other the smaller the power (1: as it is)."""
    total = shape.mass.sum(axis=0)
    solid = total > 0
    factor = np.where(solid, np.maximum(total, 1e-3) ** (power - 1), 0).astype(np.float32)
    changed = shape.mass * factor
    return Shape(changed * (shape.mass.sum() / changed.sum()), shape.depth_mm, shape.wrap)


def deepest(facts: Profile) -> float:
    """The largest attenuation that a scanner's counts tell from none getting through."""
    return log(facts.open_beam / (1 << (16 - facts.bits)))


def more_of(facts: Profile, stamp: Stamp, behind: Floats, rng: np.random.Generator) -> Floats:
    """What a stamp adds to the attenuation (energies, h, w) behind a load that attenuates so much at the highest."""
    beam = beam_of(facts.name)
    load = np.zeros_like(stamp.mass)
    load[ORGANIC] = np.interp(behind, _attenuations(facts.name), BEHIND_G_CM2)
    with_it = load + stamp.mass
    with_it[ORGANIC] += stamp.wrap
    more = np.log(beam.transmission(load) / np.maximum(beam.transmission(with_it), 1e-12))
    blur = rng.uniform(0.2, 0.8)
    shown = np.stack([cv2.GaussianBlur(plane, (0, 0), blur) for plane in more])
    return np.asarray(shown * np.float32(rng.uniform(*facts.richer.tone_gamma)), np.float32)


@cache
def _attenuations(name: str) -> Floats:
    """Of BEHIND_G_CM2 of organic stuff, at the highest energy of a profile."""
    beam: Beam = beam_of(name)
    mass = np.zeros((beam.attenuation.shape[1], 1, len(BEHIND_G_CM2)), np.float32)
    mass[ORGANIC, 0] = BEHIND_G_CM2
    return np.asarray(-np.log(beam.transmission(mass)[0, 0]), np.float32)


def _noise(behind: Floats, bits: int) -> float:
    """Spread of an attenuation about its neighbourhood; at the least what rounding to so many bits leaves of doubt."""
    residual = behind - cv2.blur(behind, (5, 5), borderType=cv2.BORDER_REFLECT)
    rounding = np.exp(float(np.median(behind))) / 2**bits / np.sqrt(12)
    return max(1.4826 * float(np.median(np.abs(residual))), float(rounding))
