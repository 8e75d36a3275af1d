"""From a view to the small fixed canvas that the scene network looks at; for training and serving alike."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.scan import View

Floats = npt.NDArray[np.float32]

OVERVIEW_HW: Final = (256, 1024)
"""The whole view is squeezed to this many pixels, whatever its aspect: nobody knows its pitch yet."""

CANVAS_HW: Final = (128, 512)
CHANNELS: Final = ("absorbed", "attenuation", "across", "along")
DEEPEST: Final = 4.0
"""Attenuation beyond which the canvas tells no more: an 8-bit export ends between 4 and 5.5."""


def overview(view: View) -> Floats:
    """Transmission 0..1 of the highest energy, (256, 1024) float32: area means where the view shrinks."""
    plane = view.pixels[0].astype(np.float32)
    height, width = plane.shape
    h, w = OVERVIEW_HW
    smaller = (min(w, width), min(h, height))
    if smaller != (width, height):
        plane = np.asarray(cv2.resize(plane, smaller, interpolation=cv2.INTER_AREA), np.float32)
    if smaller != (w, h):
        plane = np.asarray(cv2.resize(plane, (w, h), interpolation=cv2.INTER_LINEAR), np.float32)
    return np.asarray(np.clip(plane / np.float32(view.open_beam[0]), 0.0, 1.0), np.float32)


def canvas(transmission: Floats) -> Floats:
    """The network's input (4, 128, 512) float32 from an overview.

    absorbed: 1 - T. attenuation: -ln T up to DEEPEST, as 0..1. across, along: mean steps of the attenuation down the
    rows and along the columns of the overview, times 4 and at most 1: what is left of the goods' texture.
    """
    depth = np.minimum(-np.log(np.maximum(transmission, np.float32(np.exp(-DEEPEST)))), DEEPEST)
    across = np.abs(np.diff(depth, axis=0, append=depth[-1:]))
    along = np.abs(np.diff(depth, axis=1, append=depth[:, -1:]))
    planes = (1 - transmission, depth / DEEPEST, np.minimum(across * 4, 1), np.minimum(along * 4, 1))
    size = (CANVAS_HW[1], CANVAS_HW[0])
    return np.stack([np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.float32) for plane in planes])
