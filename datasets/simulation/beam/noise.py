"""What the detector adds: quanta, electronics, stripes, scatter, dead rows, blur, and the export's tone."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from cargoscope.datasets.simulation.beam import stripes
from cargoscope.datasets.simulation.beam.profiles import Profile
from cargoscope.datasets.simulation.canvas import Map

COMPOUND = 1.25
"""Variance of an energy-integrating signal over that of a count: <E²>/<E>² of the absorbed spectrum."""

FEW = 200
"""Photons below which their number is drawn one by one."""

LAST_SUMMED = 5
"""Photons up to which the law of their number is summed."""

BLOCK_PX = 16
SCATTER_BLOCKS = 11
"""Scattered photons come from so many blocks of pixels across: about a metre."""

JPEG_QUALITY = 93
"""What an 8-bit export goes through before anybody keeps it."""


@dataclass(frozen=True)
class Exposure:
    """One machine on one day: values drawn from a profile's ranges. photons are per open pixel.

    electronic, scatter, black and step (one level of the export) are shares of the open beam; gamma and black shape an
    8-bit export alone. module: spread of the gains of the detectors' boards. wobble: of the boom's slow sway. speed:
    how much the vehicle's speed changes about its mean. compound: whether quanta are compound Poisson. stripes: spread
    of the signal's stripes that a local mean leaves, a share of the signal; residue: of the dark signal's, a share of
    the open beam. Both are known of scanners of compound quanta alone. wider: how much wider than high a pixel is.
    quality: of JPEG.
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
    hot_rows: int = 0
    module: float = 0.0
    wobble: float = 0.0
    speed: float = 0.0
    wider: float = 1.0
    quality: int = JPEG_QUALITY
    compound: bool = False
    stripes: float = 0.0
    residue: float = 0.0

    def sigma(self, transmission: Map) -> Map:
        """Standard deviation of the transmission measured in one pixel: quanta, electronics, rounding."""
        variance = np.maximum(transmission, 0) * np.float32(COMPOUND / self.photons)
        return np.asarray(np.sqrt(variance + np.float32(self.electronic**2 + self.step**2 / 12)))

    def seen_sigma(self, signal: Map, quanta: Map) -> Map:
        """Standard deviation, in shares of the open beam, that a reader sees in one pixel of a compound scanner.

        signal: noise-free, with scatter. quanta: its variance times photons (Beam.moments), with that of scatter. On
        top of quanta come electronics, the stripes that calibration leaves and no local mean removes, and rounding to
        the export's levels. What JPEG then takes off faint noise, or adds, is left out.
        """
        shown = np.clip((signal - self.black) / (1 - self.black), self.step, 1)
        level = self.step * (1 - self.black) / self.gamma * shown ** (1 - self.gamma)
        still = self.electronic**2 + self.residue**2
        return np.asarray(
            np.sqrt(np.maximum(quanta, 0) / self.photons + still + (self.stripes * signal) ** 2 + level**2 / 12),
            np.float32,
        )


def draw_exposure(profile: Profile, rng: np.random.Generator) -> Exposure:
    """A day's values: photons evenly in their logarithm, the others evenly. What a profile lacks costs no draw."""
    day = Exposure(
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
    hot = int(rng.integers(profile.hot_rows[0], profile.hot_rows[1] + 1)) if profile.hot_rows[1] else 0
    module, wobble, speed = (
        float(rng.uniform(*pair)) if pair[1] > 0 else 0.0
        for pair in (profile.module_gain, profile.wobble, profile.speed_change)
    )
    day = replace(day, hot_rows=hot, module=module, wobble=wobble, speed=speed, compound=profile.compound)
    if profile.travel_pitch_mm[1] > 0:
        day = replace(day, wider=float(rng.uniform(*profile.travel_pitch_mm)) / profile.pitch_mm)
    if profile.jpeg_quality[0] < profile.jpeg_quality[1]:
        day = replace(day, quality=int(rng.integers(profile.jpeg_quality[0], profile.jpeg_quality[1] + 1)))
    return _striped(day, profile) if profile.compound else day


def _striped(day: Exposure, profile: Profile) -> Exposure:
    """The day with what its stripes leave to the eye: pulses, rows, boards, and a calibration from few lines."""
    wander, lines = stripes.wandering(), max(profile.calibration_lines, 1)
    known = stripes.SINGLE / lines if profile.calibration_lines else 0.0
    signal = day.jitter**2 / 8 * (wander + stripes.SINGLE) + day.drift**2 * (0.49 * wander + 0.09 * stripes.SINGLE)
    signal += known * float(day.sigma(np.ones(1, np.float32))[0]) ** 2
    signal += day.module**2 * stripes.boards(profile.module_rows) if profile.module_rows else 0.0
    return replace(day, stripes=float(np.sqrt(signal)), residue=float(day.electronic * np.sqrt(known)))


def expose(
    transmission: Map, profile: Profile, exposure: Exposure, rng: np.random.Generator, variance: Map | None = None
) -> npt.NDArray[np.uint16]:
    """Pixels as the scanner writes them, (energies, H, W) uint16, from noise-free transmission (energies, H, W).

    variance: of the transmission times photons, alike in shape (Beam.moments), for a profile of compound quanta.
    The L-shaped detector has a joint: the rows above it have a gain of their own. Dead rows are filled in from their
    neighbours, as scanners do, or stay dark; a few others read too much and show as bright lines.
    """
    dead = rng.integers(2, max(3, transmission.shape[1] - 2), exposure.dead_rows)
    lame = rng.integers(2, max(3, transmission.shape[1] - 2), int(rng.integers(0, exposure.dead_rows + 1)))
    joint = int(rng.uniform(0.1, 0.5) * transmission.shape[1])
    shared = _stripes(rng, transmission.shape[2], 0.5)
    machine = _machine(profile, exposure, rng, transmission.shape[1], transmission.shape[2])
    planes = []
    for energy, plane in enumerate(transmission):
        shifted = profile.interlaced and energy == 1
        signal = _seen(plane, shifted, exposure)
        if variance is None:
            signal += exposure.sigma(signal) * rng.standard_normal(signal.shape, np.float32)
        else:
            signal = _quanta(signal, _seen(variance[energy], shifted, exposure), exposure, rng)
        pulse = 1 + exposure.jitter * (0.5 * shared + 0.5 * _stripes(rng, signal.shape[1], 0.5))
        gain = 1 + exposure.drift * _stripes(rng, signal.shape[0], 0.7)
        signal *= pulse.astype(np.float32)[None, :]
        signal *= gain.astype(np.float32)[:, None]
        signal[:joint] *= np.float32(1 + exposure.drift * rng.standard_normal())
        machine.apply(signal)
        for row in dead:
            signal[row] = (signal[row - 1] + signal[row + 1]) / 2 if profile.dead_rows_filled else 0
        for row in lame:
            signal[row] *= np.float32(1 + exposure.drift * rng.uniform(2, 12))
        planes.append(_export(signal, profile, exposure))
    return np.stack(planes)


@dataclass(frozen=True, eq=False)
class _Machine:
    """What is the same at all energies of a scan; None where a profile lacks it.

    gain, offset: (H,) of each row. sway: (2, W) of the lowest and the highest row. hot: rows and what they read.
    """

    gain: Map | None
    offset: Map | None
    sway: Map | None
    hot: dict[int, float]

    def apply(self, signal: Map) -> None:
        if self.gain is not None:
            signal *= self.gain[:, None]
        if self.offset is not None:
            signal += self.offset[:, None]
        if self.sway is not None:
            share = np.linspace(1, 0, len(signal), dtype=np.float32)[:, None]
            signal *= 1 + share * (self.sway[1] - self.sway[0]) + self.sway[0]
        for row, level in self.hot.items():
            signal[row] = np.float32(level)


def _machine(profile: Profile, exposure: Exposure, rng: np.random.Generator, height: int, width: int) -> _Machine:
    """Gains of boards, what calibration left over, sway and hot rows; draws only for what the profile has."""
    gain, offset, sway = np.ones(height), None, None
    if exposure.module > 0:
        boards = rng.standard_normal(height // profile.module_rows + 1)
        gain *= 1 + exposure.module * np.repeat(boards, profile.module_rows)[:height]
    if profile.calibration_lines:
        dark = exposure.electronic / np.sqrt(profile.calibration_lines)
        air = float(exposure.sigma(np.ones(1, np.float32))[0]) / np.sqrt(profile.calibration_lines)
        gain /= 1 + air * rng.standard_normal(height)
        offset = (dark * rng.standard_normal(height)).astype(np.float32)
    if exposure.wobble > 0:
        sway = (exposure.wobble * np.stack([_slow(rng, width), _slow(rng, width)])).astype(np.float32)
    hot = {int(row): rng.uniform(0.9, 65535 / profile.open_beam) for row in rng.integers(0, height, exposure.hot_rows)}
    return _Machine(None if (gain == 1).all() else gain.astype(np.float32), offset, sway, hot)


def _slow(rng: np.random.Generator, width: int) -> npt.NDArray[np.float64]:
    """Three waves along the columns, of spread 1 together."""
    at = np.arange(width)
    waves = [np.sin(at * rng.uniform(0.002, 0.02) + rng.uniform(0, 2 * np.pi)) for _ in range(3)]
    return np.asarray(np.sum(waves, axis=0) / np.sqrt(1.5))


def _seen(plane: Map, shifted: bool, exposure: Exposure) -> Map:
    """What falls on the detector: half of the pixel before it where pulses take turns, blurred, with scatter."""
    lit = (plane + np.concatenate([plane[:, :1], plane[:, :-1]], axis=1)) / 2 if shifted else plane
    signal: Map = np.asarray(cv2.GaussianBlur(lit, (3, 3), exposure.blur_px), np.float32)
    signal += np.float32(exposure.scatter) * _surroundings(signal)
    return signal


def _quanta(signal: Map, variance: Map, exposure: Exposure, rng: np.random.Generator) -> Map:
    """A signal that adds up the energy of random photons, plus electronics.

    Its variance is that of the compound Poisson law. Where fewer than FEW photons would carry it, it is that many
    photons of equal energy, so that the last counts come in lumps as they do in a scanner. They are drawn from a stream
    of their own, as much of it for every picture: a machine that rounds otherwise then differs in single pixels.
    """
    of_quanta: Map = np.asarray(np.maximum(variance, 1e-12) / exposure.photons, np.float32)
    electronic = np.float32(exposure.electronic)
    noisy = signal + np.sqrt(of_quanta + electronic**2) * rng.standard_normal(signal.shape, np.float32)
    few = signal**2 < FEW * of_quanta
    (own,) = rng.spawn(1)
    if few.any():
        share = own.random(signal.shape)[few]
        normal, electrons = (own.standard_normal(signal.shape, np.float32)[few] for _ in range(2))
        expected = signal[few] ** 2 / of_quanta[few]
        lumps = _poisson(expected, share, normal) * (of_quanta[few] / np.maximum(signal[few], np.float32(1e-12)))
        noisy[few] = lumps + electronic * electrons
    return np.asarray(noisy, np.float32)


def _poisson(expected: Map, share: npt.NDArray[np.float64], normal: Map) -> Map:
    """Poisson numbers, each from its own even number 0..1 (share) or standard normal number.

    Up to LAST_SUMMED by summing the law up to the share; beyond from the normal number by the expansion of Cornish and
    Fisher (1938), whose probabilities are then right to .003.
    """
    numbers = np.maximum(np.rint(expected + np.sqrt(expected) * normal + (normal**2 - 1) / 6), 0)
    small = expected <= LAST_SUMMED
    mean, upto = expected[small].astype(np.float64), share[small]
    term = total = np.exp(-mean)
    number = np.zeros(len(mean), np.float32)
    for following in range(1, 6 * LAST_SUMMED):
        number += upto > total
        term = term * mean / following
        total = total + term
    numbers[small] = number
    return np.asarray(numbers, np.float32)


def _surroundings(signal: Map) -> Map:
    """The broad halo of scattered photons: the mean signal over about a metre, which lifts dense regions."""
    height, width = signal.shape
    small = cv2.resize(signal, (max(1, width // BLOCK_PX), max(1, height // BLOCK_PX)), interpolation=cv2.INTER_AREA)
    around = cv2.blur(small, (SCATTER_BLOCKS, SCATTER_BLOCKS))
    return np.asarray(cv2.resize(around, (width, height), interpolation=cv2.INTER_LINEAR))


def _stripes(rng: np.random.Generator, length: int, slow: float) -> npt.NDArray[np.float64]:
    """Unit noise along one axis, of which a share `slow` wanders and the rest jumps from line to line."""
    knots = rng.standard_normal(length // stripes.KNOTS_PX + 2)
    wander = np.interp(np.arange(length) / stripes.KNOTS_PX, np.arange(len(knots)), knots)
    return slow * wander + (1 - slow) * rng.standard_normal(length)


def _export(signal: Map, profile: Profile, exposure: Exposure) -> npt.NDArray[np.uint16]:
    if profile.bits > 8:
        level = 1 << (16 - profile.bits)
        counts = np.clip(np.rint(signal * (profile.open_beam / level)) * level, 0, 65536 - level)
        return np.asarray(counts.astype(np.uint16))
    shown = np.clip((signal - exposure.black) / (1 - exposure.black), 0, 1)
    toned = np.power(shown, exposure.gamma)
    _, packed = cv2.imencode(
        ".jpg", np.rint(toned * 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, exposure.quality]
    )
    unpacked = cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)
    assert unpacked is not None
    return np.asarray(unpacked.astype(np.uint16) << 8)
