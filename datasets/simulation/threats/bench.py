"""Where firearms of any proportion are put together: a canvas in millimetres from the muzzle."""

from typing import Final

import cv2
import numpy as np

from cargoscope.datasets.simulation.beam.materials import STEEL
from cargoscope.datasets.simulation.canvas import Canvas, Points
from cargoscope.datasets.simulation.threats.stamps import FINE_MM, blank

LEFT_MM: Final = 60.0
ABOVE_MM: Final = 250.0
"""Muzzle and bore lie LEFT_MM and ABOVE_MM from the corner of the canvas."""

LEAST_G_CM2: Final = 0.05
"""Less than this of a softened edge is none."""


class Bench:
    """Draws in millimetres from the muzzle: x to the butt, y down from the bore, y stretched tall times."""

    def __init__(self, rng: np.random.Generator, size_mm: tuple[float, float], tall: float) -> None:
        self.rng = rng
        self.canvas: Canvas = blank(size_mm)
        self.tall = tall

    def polygon(self, group: int, points_mm: Points, mass: float) -> None:
        self.canvas.polygon(group, [self._at(*point) for point in points_mm], mass)

    def rect(self, group: int, x: tuple[float, float], y: tuple[float, float], mass: float) -> None:
        self.polygon(group, [(x[0], y[0]), (x[1], y[0]), (x[1], y[1]), (x[0], y[1])], mass)

    def line(self, points_mm: Points, width_mm: float, mass: float) -> None:
        self.canvas.stroke(STEEL, [self._at(*point) for point in points_mm], width_mm / FINE_MM, mass)

    def soften(self, sigma_mm: float) -> None:
        """Parts are round: their edges thin out over about sigma_mm. What was taken away deeper than there is goes."""
        for plane in self.canvas.mass:
            np.maximum(plane, 0, out=plane)
            plane[:] = cv2.GaussianBlur(plane, (0, 0), sigma_mm / FINE_MM)
            plane[plane < LEAST_G_CM2] = 0

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x + LEFT_MM) / FINE_MM, (y * self.tall + ABOVE_MM) / FINE_MM
