"""How a view is cut: strips along the way, so that memory does not grow with it, and tiles that answer for parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor
from typing import Final

import numpy as np
import numpy.typing as npt

from cargoscope import pixels
from cargoscope.errors import LimitError
from cargoscope.models.card import ModelCard
from cargoscope.scan import View

Floats = npt.NDArray[np.float32]
Box = tuple[float, float, float, float]
Interval = tuple[int, int]

STRIP_TILES: Final = 2
"""Most columns of tiles whose planes are computed together: 5 m at 6 mm."""

AROUND_MM: Final = 400.0
"""How far beyond a zone is looked at too: things hang on the outside of walls, and boxes of zones are not exact."""


@dataclass(frozen=True, eq=False)
class Strip:
    """Some columns of a view, with the tiles that lie in them.

    view: the columns alone. first_column: where they begin in the whole view. origins: (x, y) of each tile in pixels of
    the strip's planes. parts: (N, 4) x1 y1 x2 y2 in pixels of each tile, for which it answers; together they cover the
    zone that the strip is of, and the outermost go on without end.
    """

    view: View
    first_column: int
    origins: tuple[tuple[int, int], ...]
    parts: Floats

    def in_view(self, boxes_input: Floats, origin_xy: tuple[int, int], planes: pixels.Planes, whole: View) -> Floats:
        """Boxes of a tile, (N, 4) in tile pixels, as boxes in pixels of the whole view, clipped to it."""
        sx, sy = planes.pixels_per_px_xy
        shifted = boxes_input + np.array([*origin_xy, *origin_xy], np.float32)
        boxes = shifted * np.array([sx, sy, sx, sy], np.float32)
        boxes[:, [0, 2]] += self.first_column
        width, height = whole.size_wh
        return np.asarray(np.clip(boxes, 0, np.array([width, height, width, height], np.float32)), np.float32)


def strips(view: View, card: ModelCard, zones: Sequence[Box] | None = None) -> Iterator[Strip]:
    """The strips of a view for a model, one after the other. A view of up to STRIP_TILES columns of tiles is one.

    zones: boxes in pixels of the view; only they are looked at, and AROUND_MM beyond. None: all of the view.
    Refused: a view of more than pixels.MAX_PLANE_PIXELS at the model's pitch, whose pitch must be wrong.
    """
    pitch_xy = view.pitch_mm or (pixels.ASSUMED_PITCH_MM, pixels.ASSUMED_PITCH_MM)
    w, h = (max(1, round(n * pitch / card.pitch_mm)) for n, pitch in zip(view.size_wh, pitch_xy, strict=True))
    if w * h > pixels.MAX_PLANE_PIXELS:
        raise LimitError(
            f"view {view.name!r}: at most {pixels.MAX_PLANE_PIXELS} pixels at the model's {card.pitch_mm} mm, "
            f"got {w}×{h} from {view.size_wh[0]}×{view.size_wh[1]} at {pitch_xy} mm"
        )
    scale = view.size_wh[0] / w, view.size_wh[1] / h
    for (left, right), (top, bottom) in _rooms(zones, scale, (w, h), round(AROUND_MM / card.pitch_mm)):
        tiles = [
            (x + left, y + top)
            for x, y in pixels.tile_origins((right - left, bottom - top), card.input_hw, card.overlap)
        ]
        parts = dict(zip(tiles, own_parts(tiles, card.input_hw), strict=True))
        columns = sorted({x for x, _ in tiles})
        for inside in np.array_split(columns, ceil(len(columns) / STRIP_TILES)):
            yield _strip(view, [tile for tile in tiles if tile[0] in inside], parts, card, scale[0], w)


def own_parts(origins: Sequence[tuple[int, int]], tile_hw: tuple[int, int]) -> Floats:
    """The part of the plane that each tile answers for, (N, 4) x1 y1 x2 y2.

    Neighbours meet in the middle of their overlap; the outermost tiles own everything beyond the edge too, so that
    the parts cover the whole plane without a gap and without an overlap.
    """
    tile_h, tile_w = tile_hw
    across = _intervals(sorted({x for x, _ in origins}), tile_w)
    down = _intervals(sorted({y for _, y in origins}), tile_h)
    parts = [(across[x][0], down[y][0], across[x][1], down[y][1]) for x, y in origins]
    return np.array(parts, np.float32).reshape(-1, 4)


def centred_in(boxes: Floats, part: Floats, slack: float) -> npt.NDArray[np.bool_]:
    """Whether the centre of each box (N, 4) lies in a part (4,) that was widened by slack to each side."""
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2
    return np.asarray(((centres >= part[:2] - slack) & (centres <= part[2:] + slack)).all(axis=1))


def _strip(
    view: View,
    tiles: Sequence[tuple[int, int]],
    parts: dict[tuple[int, int], Floats],
    card: ModelCard,
    sx: float,
    w: int,
) -> Strip:
    """The columns that some tiles need, and as many more as the window of `pixels.to_planes` reaches."""
    margin = ceil(pixels.WINDOW_MM / card.pitch_mm)
    start, stop = tiles[0][0] - margin, tiles[-1][0] + card.input_hw[1] + margin
    first, last = (0 if start <= 0 else floor(start * sx)), (view.size_wh[0] if stop >= w else ceil(stop * sx))
    part = replace(view, pixels=view.pixels[:, :, first:last])
    origins = tuple((x - round(first / sx), y) for x, y in tiles)
    moved = [parts[tile] - np.array([tile[0], tile[1], tile[0], tile[1]], np.float32) for tile in tiles]
    return Strip(part, first, origins, np.array(moved, np.float32).reshape(-1, 4))


def _rooms(
    zones: Sequence[Box] | None, scale: tuple[float, float], size_wh: tuple[int, int], around: int
) -> Iterator[tuple[Interval, Interval]]:
    """(columns, rows) to look at, in plane pixels: zones that come near each other along the way become one."""
    w, h = size_wh
    if zones is None:
        yield (0, w), (0, h)
        return
    wide = sorted(
        (max(floor(x1 / scale[0]) - around, 0), min(ceil(x2 / scale[0]) + around, w)) for x1, _, x2, _ in zones
    )
    top = min((max(floor(y1 / scale[1]) - around, 0) for _, y1, _, _ in zones), default=0)
    bottom = max((min(ceil(y2 / scale[1]) + around, h) for _, _, _, y2 in zones), default=h)
    joined: list[Interval] = []
    for left, right in wide:
        if joined and left <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], right))
        else:
            joined.append((left, right))
    yield from ((columns, (top, bottom)) for columns in joined)


def _intervals(starts: Sequence[int], tile: int) -> dict[int, tuple[float, float]]:
    seams = [(left + tile + right) / 2 for left, right in pairwise(starts)]
    return dict(zip(starts, zip([-np.inf, *seams], [*seams, np.inf], strict=True), strict=True))
