"""What scores mean, measured: probability curves fitted on validation scans, and how far they are off on others."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from cargoscope.models.calibration import PREVALENCE, Calibration, Curve
from cargoscope.models.card import ModelCard, read_card, write_card
from cargoscope.models.operating import LOWEST, Operating
from cargoscope.training.scores import CLEAR_CNR, Examined, hit_scores, refuse_one_sided

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BINS: Final = 10
STEADY: Final = 1e-3
"""Ridge on the slopes: keeps them finite where scores part clean scans from the others completely."""

RESAMPLES: Final = 400


@dataclass(frozen=True)
class Reliability:
    """How far stated probabilities are from what happened.

    ece: mean distance over bins of equally many scans (or findings), weighted by the prevalence; low, high: its
    bootstrap interval at 95 %. bins: (stated, happened, share).
    """

    prevalence: float
    ece: float
    low: float
    high: float
    n: int
    bins: tuple[tuple[float, float, float], ...]


def operating(examined: Sequence[Examined], manifest_id: str) -> Operating:
    """What `models.operating` needs to set thresholds. Refused: scans of one side only."""
    threat = [scan for scan in examined if scan.objects]
    refuse_one_sided(len(examined) - len(threat), len(threat))
    best = [list(zip(scan.objects, (score for score, _ in hit_scores(scan)), strict=True)) for scan in threat]
    clear = [[s for thing, s in scan if thing.cnr is not None and thing.cnr >= CLEAR_CNR] for scan in best]
    return Operating(
        _kept(_loudest(scan) for scan in examined if not scan.objects),
        _kept(max(score for _, score in scan) for scan in best),
        _kept(max(scan) for scan in clear if scan),
        manifest_id,
    )


def calibrate(examined: Sequence[Examined], manifest_id: str) -> Calibration:
    """Curves for scans and for findings. Refused: scans of one side only."""
    n_threat = sum(bool(scan.objects) for scan in examined)
    n_clean = len(examined) - n_threat
    refuse_one_sided(n_clean, n_threat)
    return Calibration(
        _fitted(*scan_scores(examined), n_clean, n_threat),
        _fitted(*finding_scores(examined), n_clean, n_threat),
        n_clean,
        n_threat,
        manifest_id,
        {},
    )


def reliability(
    examined: Sequence[Examined], calibration: Calibration, prevalence: float, of: str = "scan"
) -> Reliability:
    """How the probabilities hold on scans that the curves were not fitted on, as if `prevalence` of all scans held
    contraband. of: "scan" or "finding"."""
    n_threat = sum(bool(scan.objects) for scan in examined)
    n_clean = len(examined) - n_threat
    refuse_one_sided(n_clean, n_threat)
    if of == "scan":
        scores, true = scan_scores(examined)
        stated = np.array([calibration.scan_probability(score, prevalence) for score in scores])
        weights = np.where(true, prevalence / n_threat, (1 - prevalence) / n_clean)
    else:
        scores, true = finding_scores(examined)
        stated = np.array([calibration.finding_probability(score, prevalence) for score in scores])
        weights = np.where(true, prevalence / n_threat, 1 / n_clean)
    bins = _bins(stated, true, weights)
    rng = np.random.default_rng(0)
    drawn = [rng.integers(len(true), size=len(true)) for _ in range(RESAMPLES)]
    spread = [_ece(_bins(stated[rows], true[rows], weights[rows])) for rows in drawn]
    low, high = np.quantile(spread, (0.025, 0.975))
    return Reliability(prevalence, _ece(bins), float(low), float(high), len(true), bins)


def reliabilities(examined: Sequence[Examined], calibration: Calibration) -> list[dict[str, Any]]:
    """For JSON: of scans and of findings, where half of the scans hold contraband, and at PREVALENCE."""
    return [
        {"of": of, **asdict(reliability(examined, calibration, prevalence, of))}
        for of in ("scan", "finding")
        for prevalence in (0.5, PREVALENCE)
    ]


def scan_scores(examined: Sequence[Examined]) -> tuple[Floats, Bools]:
    """(highest score, whether there is contraband) of every scan."""
    return np.array([_loudest(scan) for scan in examined]), np.array([bool(scan.objects) for scan in examined])


def finding_scores(examined: Sequence[Examined]) -> tuple[Floats, Bools]:
    """(score, whether it hits an object) of the findings: all of clean scans, of the others the best on each object."""
    scores, true = list[float](), list[bool]()
    for scan in examined:
        if scan.objects:
            best = [score for score, _ in hit_scores(scan) if score]
            scores += best
            true += [True] * len(best)
        else:
            scores += [float(score) for score in scan.found.scores]
            true += [False] * len(scan.found)
    return np.array(scores), np.array(true, np.bool_)


def record_meaning(folder: Path, examined: Sequence[Examined], manifest_id: str) -> ModelCard:
    """Write curves and operating points into a model's card. The model, its thresholds and its id stay."""
    card = replace(
        read_card(folder), calibration=calibrate(examined, manifest_id), operating=operating(examined, manifest_id)
    )
    write_card(folder, card)
    return card


def _loudest(scan: Examined) -> float:
    return float(scan.found.scores.max(initial=0.0))


def _kept(scores: Iterable[float]) -> tuple[float, ...]:
    """Falling, with as many digits as a float32 has."""
    return tuple(sorted((float(f"{score:.9g}") for score in scores), reverse=True))


def _fitted(scores: Floats, true: Bools, n_clean: int, n_threat: int) -> Curve:
    """Logistic regression on ln s and −ln(1 − s), each side weighing by its scans, so that it gives the ratio of
    densities per scan; slopes not negative."""
    inside = np.clip(scores, LOWEST, 1 - 1e-6)
    terms = np.stack([np.log(inside), -np.log1p(-inside), np.ones_like(inside)])
    weights = np.where(true, 1 / n_threat, 1 / n_clean)
    signs = np.where(true, 1.0, -1.0)

    def loss(numbers: Floats) -> tuple[float, Floats]:
        margin = signs * (numbers @ terms)
        slope = -weights * signs / (1 + np.exp(np.clip(margin, -500, 500)))
        ridge = STEADY * np.array([numbers[0], numbers[1], 0.0])
        return float(weights @ np.logaddexp(0, -margin) + ridge @ numbers / 2), terms @ slope + ridge

    found = minimize(
        loss, np.array([1.0, 1.0, 0.0]), jac=True, method="L-BFGS-B", bounds=[(0, 50), (0, 50), (None, None)]
    )
    a, b, c = (float(f"{value:.6g}") for value in found.x)
    return Curve(a, b, c, LOWEST, float(f"{np.log(min(n_clean, n_threat) + 1):.6g}"))


def _bins(stated: Floats, true: Bools, weights: Floats) -> tuple[tuple[float, float, float], ...]:
    parts = np.array_split(np.argsort(stated, kind="stable"), BINS)
    whole = weights.sum()
    return tuple(
        (
            float(np.average(stated[part], weights=weights[part])),
            float(np.average(true[part], weights=weights[part])),
            float(weights[part].sum() / whole),
        )
        for part in parts
        if len(part)
    )


def _ece(bins: Sequence[tuple[float, float, float]]) -> float:
    return float(sum(share * abs(stated - happened) for stated, happened, share in bins))
