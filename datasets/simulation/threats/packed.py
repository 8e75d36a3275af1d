"""Goods in even rows: battery cells, bundles of bank notes, bottles in cartons."""

from typing import Final

import numpy as np

from cargoscope.datasets.simulation.beam.materials import LIGHT, ORGANIC, STEEL, WATER
from cargoscope.datasets.simulation.canvas import Canvas, Map
from cargoscope.datasets.simulation.threats.solids import disc_patch, fill_depth, outline, plate, px, round_bar, tiled
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, Shape, blank, shape_of

CELL: Final = ((STEEL, 0.55), (LIGHT, 0.2), (ORGANIC, 0.25))
"""A lithium-ion cell by mass: can, copper and metal oxide; aluminium; graphite, separator and electrolyte."""

CELL_G_CM3: Final = 2.7
NOTES_G_CM3: Final = 0.9
GLASS_G_CM3: Final = 2.5


def lithium_batteries(rng: np.random.Generator) -> Shape:
    """Cartons of cylindrical cells with dense rims, of flat cells, or of packs in plastic cases."""
    form = str(rng.choice(["end-on", "side-on", "flat", "packs"], p=[0.35, 0.2, 0.2, 0.25]))
    wide, tall, deep = rng.uniform(220, 420), rng.uniform(130, 300), rng.uniform(150, 330)
    cols, rows = int(rng.integers(1, 5)), int(rng.integers(1, 5))
    radius, length = (9.0, 65.0) if rng.random() < 0.6 else (10.5, 70.0)
    flat = (rng.uniform(40, 70), rng.uniform(60, 110), rng.uniform(4, 7))
    fill = rng.uniform(0.4, 0.7)
    canvas = blank((cols * (wide + 6) + 20, rows * (tall + 6) + 20))
    for i in range(cols):
        for j in range(rows):
            corner = (5 + i * (wide + 5) + rng.uniform(0, 2), 5 + j * (tall + 4))
            if form == "packs":
                _packs(canvas, rng, corner, (wide, tall, deep))
            else:
                _cells(canvas, corner, (wide, tall, deep), _cell(form, radius, length, flat), fill)
            plate(canvas, ORGANIC, corner, (wide, tall), 0.2)
            outline(canvas, ORGANIC, corner, (wide, tall), deep / 10 * 0.5, 4.0)
            fill_depth(canvas, corner, (wide, tall), deep)
    return shape_of(canvas)


def _cell(form: str, radius: float, length: float, flat: tuple[float, float, float]) -> tuple[Map, float]:
    """Thickness in mm of one cell, its rim counted three times; and the room along the beam that it needs."""
    if form == "end-on":
        core, rim = disc_patch(radius, 1.8)
        return (core + 3 * rim) / np.float32((core + 3 * rim).sum() / (core + rim).sum()) * np.float32(length), length
    if form == "side-on":
        bar = round_bar(radius, length)
        bar[:, :1] *= 2
        bar[:, -2:] *= 1.6
        return bar, 2 * radius
    w, h, d = flat
    face = np.full((round(h / FINE_MM), round(w / FINE_MM)), d, np.float32)
    face[:3] *= 0.5
    face[:, :1] *= 1.5
    face[:, -1:] *= 1.5
    return face, d


def _cells(
    canvas: Canvas,
    corner: tuple[float, float],
    box_mm: tuple[float, float, float],
    cell: tuple[Map, float],
    fill: float,
) -> None:
    patch, room = cell
    pitch = (patch.shape[1] + 1, patch.shape[0] + 1)
    across, down = (max(1, int((v - 16) / FINE_MM / p)) for v, p in zip(box_mm[:2], pitch, strict=True))
    layers = max(1, int(box_mm[2] * fill / room))
    grid = tiled(patch, across, down, pitch)
    at = (round((corner[0] + 8) / FINE_MM), round((corner[1] + 8) / FINE_MM))
    for group, share in CELL:
        canvas.add(group, grid * np.float32(CELL_G_CM3 / 10 * share * layers), *at)


def _packs(
    canvas: Canvas, rng: np.random.Generator, corner: tuple[float, float], box_mm: tuple[float, float, float]
) -> None:
    """Batteries of bicycles and scooters: rows of cells in a case, with a board at one end."""
    pack = (rng.uniform(75, 110), rng.uniform(60, 95))
    down = max(1, int((box_mm[1] - 12) / (pack[1] + 8)))
    layers = max(1, int(box_mm[2] / (pack[0] + 20)))
    for j in range(down):
        x, y = corner[0] + 10, corner[1] + 8 + j * (pack[1] + 8)
        length = box_mm[0] - 22
        plate(canvas, ORGANIC, (x, y), (length, pack[1]), 0.5 * layers)
        _cells(canvas, (x, y), (length - 40, pack[1], pack[0] * layers), _cell("end-on", 9.0, 65.0, (1, 1, 1)), 0.95)
        plate(canvas, LIGHT, (x + length - 32, y + 8), (24, pack[1] - 16), 0.8 * layers)


def currency(rng: np.random.Generator) -> Shape:
    """Bricks of a thousand bank notes (about 1 kg, ten straps each): a sheet for a panel, a case, or a heap."""
    note = (rng.uniform(140, 165), rng.uniform(62, 78), rng.uniform(95, 120))
    turn = rng.permutation(3)
    w, h, d = (note[int(axis)] for axis in turn)
    form = str(rng.choice(["sheet", "case", "heap"], p=[0.3, 0.4, 0.3]))
    deep = 1 if form == "sheet" else int(rng.integers(1, 4))
    cols, rows = int(rng.integers(2, 9)), int(rng.integers(1, 7 if form == "sheet" else 5))
    canvas = blank((cols * (w + 6) + 80, rows * (h + 6) + 80))
    loose = 5.0 if form == "heap" else 0.8
    density = NOTES_G_CM3 * rng.uniform(0.93, 1.05)
    for j in range(rows):
        for i in range(cols):
            if form == "heap" and rng.random() < 0.25 * (1 - j / rows):
                continue
            corner = (30 + i * (w + 3) + rng.normal(0, loose), 30 + j * (h + 3) + rng.normal(0, loose))
            _notes(canvas, corner, (w, h), d * deep, int(np.argmax(turn == 2)), density)
    if form == "case":
        size = (cols * (w + 3) + 30, rows * (h + 3) + 30)
        outline(canvas, ORGANIC, (14, 14), size, 6.0, 4.0)
        outline(canvas, LIGHT, (12, 12), (size[0] + 4, size[1] + 4), 2.0)
        plate(canvas, ORGANIC, (14, 14), size, 0.5)
    if not canvas.mass.any():
        _notes(canvas, (30, 30), (w, h), d, 2, density)
    return shape_of(canvas)


def _notes(
    canvas: Canvas,
    corner: tuple[float, float],
    size_mm: tuple[float, float],
    depth: float,
    straps_along: int,
    density: float,
) -> None:
    """One brick and those behind it; straps_along: axis (x, y, beam) along which its ten straps lie."""
    plate(canvas, ORGANIC, corner, size_mm, density * depth / 10)
    fill_depth(canvas, corner, size_mm, depth)
    (x, y), (w, h) = corner, size_mm
    for i in range(1, 10):
        if straps_along == 0:
            plate(canvas, ORGANIC, (x + w * i / 10 - 0.7, y), (1.4, h), -density * depth / 10 * 0.25)
        elif straps_along == 1:
            plate(canvas, ORGANIC, (x, y + h * i / 10 - 0.7), (w, 1.4), -density * depth / 10 * 0.25)
    if straps_along == 2:
        plate(canvas, ORGANIC, (x + w * 0.45, y), (w * 0.1, h), density * depth / 10 * 0.04)


def bottles(rng: np.random.Generator) -> Shape:
    """Stacked cartons of bottled spirits: glass, liquid to the neck, 1.1 to 1.7 kg a bottle of .7 to 1 litre."""
    radius, tall, wall = rng.uniform(36, 46), rng.uniform(270, 330), rng.uniform(3.0, 4.4)
    glass, liquid = _bottle(radius, tall, wall, rng.uniform(0.86, 0.97), rng.uniform(0.2, 0.34))
    across, deep = int(rng.integers(2, 5)), int(rng.integers(2, 4))
    layers = deep * int(rng.integers(1, 4))
    pitch = 2 * radius + rng.uniform(3, 8)
    wide, high = across * pitch + 8, tall + 18
    cols, rows = int(rng.integers(1, 6)), int(rng.integers(1, 5))
    canvas = blank((cols * (wide + 8) + 20, rows * (high + 6) + 20))
    for i in range(cols):
        for j in range(rows if i or rng.random() < 0.6 else max(1, rows - 1)):
            corner = (5 + i * (wide + 5) + rng.uniform(0, 3), 8 + (rows - 1 - j) * (high + 4))
            plate(canvas, ORGANIC, corner, (wide, high), 0.25)
            outline(canvas, ORGANIC, corner, (wide, high), layers * pitch / 10 * 0.4, 4.0)
            fill_depth(canvas, corner, (wide, high), layers * pitch)
            for k in range(across):
                col = round((corner[0] + 4 + k * pitch) / FINE_MM)
                row = round((corner[1] + 10) / FINE_MM)
                canvas.add(LIGHT, glass * np.float32(layers), col, row)
                canvas.add(WATER, liquid * np.float32(layers), col, row)
                cap = [(corner[0] + 4 + k * pitch + radius, corner[1] + 10 + at) for at in (0, 22)]
                canvas.stroke(LIGHT, px(cap), 26 / FINE_MM, 0.25 * layers)
    return shape_of(canvas)


def _bottle(radius: float, tall: float, wall: float, fill: float, neck: float) -> tuple[Map, Map]:
    """g/cm² of the glass and of the liquid of one standing bottle; neck: share of its height above the shoulder."""
    rows = round(tall / FINE_MM)
    down = (np.arange(rows) + 0.5) / rows
    shoulder = np.clip((down - neck * 0.55) / (neck * 0.8), 0, 1)
    body = 14.5 + (radius - 14.5) * (1 - np.cos(np.pi * shoulder)) / 2
    x = (np.arange(round(2 * radius / FINE_MM) + 1) + 0.5) * FINE_MM - radius - FINE_MM / 2
    outer = np.sqrt(np.maximum(body[:, None] ** 2 - x[None, :] ** 2, 0))
    hollow = np.where(down[:, None] > 1 - 6 / tall, 0, np.maximum(body - wall, 0)[:, None])
    inner = np.sqrt(np.maximum(hollow**2 - x[None, :] ** 2, 0))
    liquid = 2 * inner / 10 * 0.95 * (down[:, None] > 1 - fill)
    return (2 * (outer - inner) / 10 * GLASS_G_CM3).astype(np.float32), liquid.astype(np.float32)
