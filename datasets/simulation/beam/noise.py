"""What the detector adds: quanta, electronics, stripes, scatter, dead rows, blur, and the export's tone."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam.profiles import Profile
from cargoscope.datasets.simulation.canvas import Map

COMPOUND = 1.25
"""Variance of an energy-integrating signal over that of a count: <E²>/<E>² of the absorbed spectrum."""

JPEG_QUALITY = 93
"""What an 8-bit export goes through before anybody keeps it."""


@dataclass(frozen=True)
class Exposure:
    """One machine on one day: values drawn from a profile's ranges. photons are per open pixel.

    electronic, scatter, black and step (one level of the export) are shares of the open beam; gamma and black shape an
    8-bit export alone.
    """

    photons: float
    electronic: float
    jitter: float
    drift: float
    scatter: float
    blur_px: float
    dead_rows: int
    gamma: float = 1.0
    black: float = 0.0
    step: float = 2.0**-16

    def sigma(self, transmission: Map) -> Map:
        """Standard deviation of the transmission measured in one pixel: quanta, electronics, rounding."""
        variance = np.maximum(transmission, 0) * np.float32(COMPOUND / self.photons)
        return np.asarray(np.sqrt(variance + np.float32(self.electronic**2 + self.step**2 / 12)))


def draw_exposure(profile: Profile, rng: np.random.Generator) -> Exposure:
    """A day's values: photons evenly in their logarithm, the others evenly."""
    return Exposure(
        photons=float(np.exp(rng.uniform(*np.log(profile.photons)))),
        electronic=float(rng.uniform(*profile.electronic_counts)) / profile.open_beam,
        jitter=float(rng.uniform(*profile.pulse_jitter)),
        drift=float(rng.uniform(*profile.gain_drift)),
        scatter=float(rng.uniform(*profile.scatter)),
        blur_px=float(rng.uniform(*profile.blur_px)),
        dead_rows=int(rng.integers(profile.dead_rows[0], profile.dead_rows[1] + 1)),
        gamma=float(rng.uniform(*profile.tone_gamma)),
        black=float(rng.uniform(*profile.tone_black)),
        step=2.0**-profile.bits,
    )


def expose(transmission: Map, profile: Profile, exposure: Exposure, rng: np.random.Generator) -> npt.NDArray[np.uint16]:
    """Pixels as the scanner writes them, (energies, H, W) uint16, from noise-free transmission (energies, H, W).

    The L-shaped detector has a joint: the rows above it have a gain of their own. Dead rows are filled in from their
    neighbours, as scanners do; a few others read too much and show as bright lines.
    """
    dead = rng.integers(2, max(3, transmission.shape[1] - 2), exposure.dead_rows)
    lame = rng.integers(2, max(3, transmission.shape[1] - 2), int(rng.integers(0, exposure.dead_rows + 1)))
    joint = int(rng.uniform(0.1, 0.5) * transmission.shape[1])
    shared = _stripes(rng, transmission.shape[2], 0.5)
    planes = []
    for energy, plane in enumerate(transmission):
        signal = plane
        if profile.interlaced and energy == 1:
            signal = (signal + np.concatenate([signal[:, :1], signal[:, :-1]], axis=1)) / 2
        signal = cv2.GaussianBlur(signal, (3, 3), exposure.blur_px)
        signal += np.float32(exposure.scatter) * _surroundings(signal)
        signal += exposure.sigma(signal) * rng.standard_normal(signal.shape, np.float32)
        pulse = 1 + exposure.jitter * (0.5 * shared + 0.5 * _stripes(rng, signal.shape[1], 0.5))
        gain = 1 + exposure.drift * _stripes(rng, signal.shape[0], 0.7)
        signal *= pulse.astype(np.float32)[None, :]
        signal *= gain.astype(np.float32)[:, None]
        signal[:joint] *= np.float32(1 + exposure.drift * rng.standard_normal())
        for row in dead:
            signal[row] = (signal[row - 1] + signal[row + 1]) / 2
        for row in lame:
            signal[row] *= np.float32(1 + exposure.drift * rng.uniform(2, 12))
        planes.append(_export(signal, profile, exposure))
    return np.stack(planes)


def _surroundings(signal: Map) -> Map:
    """The broad halo of scattered photons: the mean signal over about a metre, which lifts dense regions."""
    height, width = signal.shape
    small = cv2.resize(signal, (max(1, width // 16), max(1, height // 16)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(cv2.blur(small, (11, 11)), (width, height), interpolation=cv2.INTER_LINEAR))


def _stripes(rng: np.random.Generator, length: int, slow: float) -> npt.NDArray[np.float64]:
    """Unit noise along one axis, of which a share `slow` wanders and the rest jumps from line to line."""
    knots = rng.standard_normal(length // 24 + 2)
    wander = np.interp(np.arange(length) / 24, np.arange(len(knots)), knots)
    return slow * wander + (1 - slow) * rng.standard_normal(length)


def _export(signal: Map, profile: Profile, exposure: Exposure) -> npt.NDArray[np.uint16]:
    if profile.bits == 16:
        return np.clip(np.rint(signal * profile.open_beam), 0, 65535).astype(np.uint16)
    shown = np.clip((signal - exposure.black) / (1 - exposure.black), 0, 1)
    toned = np.power(shown, exposure.gamma)
    _, packed = cv2.imencode(".jpg", np.rint(toned * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    unpacked = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    assert unpacked is not None
    return np.asarray(unpacked.astype(np.uint16) << 8)
