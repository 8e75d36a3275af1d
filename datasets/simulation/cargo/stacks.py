"""Stacks: cartons, sacks, bales and boxes one on another. Each stack is one patch that leans, bulges and repeats."""

from dataclasses import dataclass
from math import ceil, floor
from typing import Final

import cv2
import numpy as np

from cargoscope.datasets.simulation.beam.materials import ORGANIC, STEEL
from cargoscope.datasets.simulation.canvas import Canvas, Map, grain
from cargoscope.datasets.simulation.cargo.packing import Z, pallets
from cargoscope.datasets.simulation.vehicle.container import Hold

Span = tuple[float, float]
COLLARED: Final = 0.25
"""Share of the loads above whose packages something stands up."""


@dataclass(frozen=True)
class Look:
    """How a kind of stack looks; spans are ranges from which each load draws its own.

    density: g/cm³. wide_mm, layer_mm, deep_mm: one package along travel, in height and along the beam. full: share of
    the hold's height. lean_mm: spread of the lean at the top. jitter_mm: spread of each layer's place. dome_mm: how
    much lower the shoulders of the top are. soft_px: width of the sides' fade. seam: how much lighter the joints are.
    gap_mm: between stacks. inside: patterns of the contents, of relative strength motif; metal: g/cm² of steel in them.
    varied: no two packages show quite the same.
    """

    group: int
    density: Span
    wide_mm: Span
    layer_mm: Span
    deep_mm: Span
    full: Span
    lean_mm: float = 10.0
    jitter_mm: float = 4.0
    dome_mm: float = 0.0
    soft_px: float = 1.5
    seam: float = 0.1
    grain: float = 0.04
    gap_mm: Span = (0.0, 25.0)
    inside: tuple[str, ...] = ()
    motif: float = 0.1
    metal: float = 0.0
    on_pallets: float = 0.0
    varied: bool = False


def paint_stacks(canvas: Canvas, rng: np.random.Generator, hold: Hold, look: Look) -> None:
    """Fills a hold with stacks from front to doors, in rows behind one another, the way a gang loads it."""
    wide, layer, deep = rng.uniform(*look.wide_mm), rng.uniform(*look.layer_mm), rng.uniform(*look.deep_mm)
    density = rng.uniform(*look.density)
    y0 = pallets(canvas, rng, hold) if rng.random() < look.on_pallets else hold.y_mm[0] + rng.uniform(0, 15)
    tall = hold.y_mm[1] - y0
    mean_top = rng.uniform(*look.full) * tall
    inside = _inside(rng, look, (wide, layer), canvas.camera.pitch_mm) if look.inside else None
    rows = max(1, round((Z[1] - Z[0]) / deep))
    deep = (Z[1] - Z[0]) / rows
    lean, gap = rng.normal(0, look.lean_mm), rng.uniform(*look.gap_mm)
    group_of = int(rng.integers(2, 7))
    sag, falling = rng.normal(0, 0.06), rng.random() < 0.35
    collars = rng.random() < COLLARED
    for row in range(rows):
        z = (Z[0] + row * deep + rng.uniform(0, 8), Z[0] + (row + 1) * deep - rng.uniform(0, 0.06) * deep)
        x, i = hold.x_mm[0] + rng.uniform(0, 30), 0
        while x + wide * 0.7 < hold.x_mm[1]:
            along = (x - hold.x_mm[0]) / max(hold.x_mm[1] - hold.x_mm[0], 1.0)
            top = mean_top * (1 + sag * along) * (1 - (0.5 * max(0.0, along - 0.75) / 0.25 if falling else 0))
            count = max(1, round(top / layer + rng.normal(0, 0.3)))
            while count > 1 and count * layer > tall - 40:
                count -= 1
            own = wide * rng.normal(1, 0.015)
            leaning = lean + rng.normal(0, look.lean_mm)
            high = y0 + min(count * layer + rng.normal(0, 6), tall - 25)
            _stack(
                canvas, rng, look, (x, x + own), (y0, high), z, density * rng.normal(1, 0.05), count, leaning, inside
            )
            if collars and rng.random() < 0.85:
                _collar(canvas, rng, (x, x + own), high, sum(z) / 2)
            x += own + abs(rng.normal(0, 5)) + (gap * rng.uniform(0.3, 2.0) if i % group_of == 0 else 0)
            i += 1


def _collar(canvas: Canvas, rng: np.random.Generator, x_mm: Span, top: float, z: float) -> None:
    """What stands up from a package: film over it, lifting loops of a big bag, edge boards, a knotted neck."""
    tall, inset = rng.uniform(40, 220), rng.uniform(0, 0.2) * (x_mm[1] - x_mm[0])
    left, right, mass = x_mm[0] + inset, x_mm[1] - inset, rng.uniform(0.08, 0.45)
    corners = [(left, top - 40), (left, top + tall), (right, top + tall * rng.uniform(0.8, 1.2)), (right, top - 40)]
    path = [(canvas.col(u + rng.normal(0, 6)), canvas.row(v, z)) for u, v in corners]
    canvas.stroke(ORGANIC, path, rng.uniform(8, 16) / canvas.camera.pitch_mm, mass)
    if rng.random() < 0.4:
        canvas.polygon(ORGANIC, path, mass * rng.uniform(0.1, 0.4))


def _stack(
    canvas: Canvas,
    rng: np.random.Generator,
    look: Look,
    x_mm: Span,
    y_mm: Span,
    z_mm: Span,
    density: float,
    layers: int,
    lean_mm: float,
    inside: Map | None,
) -> None:
    pitch = canvas.camera.pitch_mm
    tops = sorted((canvas.row(y_mm[1], z_mm[0]), canvas.row(y_mm[1], z_mm[1])))
    bottoms = sorted((canvas.row(y_mm[0], z_mm[0]), canvas.row(y_mm[0], z_mm[1])))
    r0, r1 = floor(min(tops[0], bottoms[0])) - 2, ceil(max(bottoms[1], tops[1])) + 1
    rows = np.arange(r0, r1, dtype=np.float32) + 0.5
    foot, crown = sum(bottoms) / 2, sum(tops) / 2
    up = np.clip((foot - rows) / max(foot - crown, 1.0), 0, 0.999)
    level = (up * layers).astype(int)
    offsets = rng.normal(0, look.jitter_mm / pitch, layers)
    shift = (lean_mm / pitch * up**1.6 + offsets[level]).astype(np.float32)
    pad = ceil(float(np.abs(shift).max())) + 2
    c1, c2 = canvas.col(x_mm[0]), canvas.col(x_mm[1])
    first = floor(c1) - pad
    x = np.arange(first, ceil(c2) + pad, dtype=np.float32)[None, :] + np.float32(0.5) - shift[:, None]
    soft = np.float32(1 / look.soft_px)
    body = np.clip((x - np.float32(c1)) * soft + 0.5, 0, 1) * np.clip((np.float32(c2) - x) * soft + 0.5, 0, 1)
    phase = up * layers - level
    spread = abs(tops[1] - tops[0]) * up + abs(bottoms[1] - bottoms[0]) * (1 - up)
    seam = look.seam * np.maximum(0, 1 - np.minimum(phase, 1 - phase) * (foot - crown) / layers / 1.3)
    weights = (1 + 0.06 * rng.standard_normal(layers))[level] * (1 - seam / (1 + spread / 2))
    if look.dome_mm:
        out = np.abs((x - np.float32((c1 + c2) / 2)) / np.float32((c2 - c1) / 2 + 1))
        drop = look.dome_mm / pitch * out**3 * rng.uniform(0.6, 1.4)
        waist = 1 + np.float32(rng.uniform(0, 0.06)) * (2 * phase[:, None] - 1) ** 2
        body *= np.sqrt(np.maximum(1 - (out * waist) ** int(rng.choice([4, 6, 10, 16])), 0))
        body *= _fade(rows[:, None] - drop.astype(np.float32), *tops) - _fade(rows, *bottoms)[:, None]
        np.maximum(body, 0, out=body)
    else:
        body *= (_fade(rows, *tops) - _fade(rows, *bottoms))[:, None]
    depth = np.float32(z_mm[1] - z_mm[0])
    patch = body * (weights[:, None] * density * depth / 10).astype(np.float32)
    patch *= 1 + np.float32(look.grain * rng.uniform(0.9, 1.8)) * grain(rng, *patch.shape)
    if inside is not None:
        height, width = inside.shape
        iy = ((1 - phase) * (height - 1)).astype(int)
        moved = rng.integers(0, width if look.varied else 1, layers)[level]
        ix = ((x - np.float32(c1)).astype(int) + moved[:, None]) % width
        motif = inside[iy[:, None], ix]
        patch *= 1 + np.float32(look.motif) * motif
        if look.metal:
            canvas.add(STEEL, body * np.maximum(motif, 0) * np.float32(look.metal), first, r0)
    canvas.add(look.group, patch, first, r0, body * depth)


def _fade(rows: Map, start: float, stop: float) -> Map:
    span = max(stop - start, 1.0)
    return np.asarray(np.clip((rows - np.float32((start + stop) / 2)) / np.float32(span) + 0.5, 0, 1), np.float32)


def _inside(rng: np.random.Generator, look: Look, size_mm: Span, pitch: float) -> Map:
    """One package's contents as a picture of relative density, about zero on the whole, one in its strongest places."""
    fine = 4
    width, height = max(4, round(size_mm[0] / pitch)), max(4, round(size_mm[1] / pitch))
    plate = np.zeros((height * fine, width * fine), np.uint8)
    _MOTIFS[str(rng.choice(look.inside))](plate, rng)
    small = cv2.resize(plate, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    return np.asarray(small - small.mean(), np.float32)


def _round_ones(plate: np.ndarray, rng: np.random.Generator) -> None:
    h, w = plate.shape
    across = int(rng.integers(2, 6))
    r = max(2, int(w / across / 2 * 0.92))
    for j, y in enumerate(range(r, h + r, 2 * r)):
        for x in range(r + (j % 2) * r, w + r, 2 * r):
            cv2.circle(plate, (x, y), r, 255, -1, cv2.LINE_AA)


def _cells(plate: np.ndarray, rng: np.random.Generator) -> None:
    h, w = plate.shape
    columns, rows = int(rng.integers(2, 7)), int(rng.integers(1, 5))
    share = rng.uniform(0.55, 0.9)
    for i in range(columns):
        for j in range(rows):
            x, y = int((i + (1 - share) / 2) * w / columns), int((j + (1 - share) / 2) * h / rows)
            cv2.rectangle(plate, (x, y), (x + int(w / columns * share), y + int(h / rows * share)), 255, -1)


def _parts(plate: np.ndarray, rng: np.random.Generator) -> None:
    h, w = plate.shape
    for _ in range(int(rng.integers(3, 12))):
        a, b = ((int(rng.integers(0, w)), int(rng.integers(0, h))) for _ in "ab")
        kind = int(rng.integers(0, 4))
        shade = int(rng.integers(60, 255))
        if kind == 0:
            cv2.rectangle(plate, a, b, shade, -1)
        elif kind == 1:
            cv2.circle(plate, a, max(2, int(rng.uniform(0.04, 0.2) * h)), shade, -1, cv2.LINE_AA)
        else:
            end = (a[0] + int(rng.normal(0, 0.12) * w), a[1] + int(rng.normal(0, 0.12) * h))
            cv2.line(plate, a, end, shade, int(rng.integers(1, max(2, h // 14) + 1)), cv2.LINE_AA)


def _slabs(plate: np.ndarray, rng: np.random.Generator) -> None:
    """Lying pieces with soft outlines: cuts of meat, fish, folded cloth."""
    h, w = plate.shape
    for _ in range(int(rng.integers(3, 9))):
        centre = (int(rng.integers(0, w)), int(rng.integers(0, h)))
        axes = (int(rng.uniform(0.15, 0.45) * w), int(rng.uniform(0.1, 0.3) * h) + 1)
        cv2.ellipse(plate, centre, axes, float(rng.normal(0, 20)), 0, 360, int(rng.integers(90, 255)), -1, cv2.LINE_AA)
    plate[:] = cv2.GaussianBlur(plate, (0, 0), max(1.0, h / 20))


_MOTIFS = {"round": _round_ones, "cells": _cells, "parts": _parts, "slabs": _slabs}
