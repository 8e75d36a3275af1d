"""Whether a candidate may replace the active model: a pure decision that gives its reason."""

from dataclasses import dataclass
from typing import Final

from cargoscope.errors import TrainingError
from cargoscope.models.rates import Rate
from cargoscope.training.scores import Scores

FAR: Final = 0.01
TOLERANCE: Final = 0.02
"""How much a rate may fall and still count as the same: the held-out set is the same scans for both models, so most of
what differs by chance cancels; two in a hundred is less than officers would notice."""


@dataclass(frozen=True)
class Gate:
    """The decision, and the sentence that goes into the log and to the people."""

    promote: bool
    reason: str


def gate(old: Scores, new: Scores, first: Scores | None = None, far: float = FAR, tolerance: float = TOLERANCE) -> Gate:
    """Promote unless a rate falls by more than tolerance at that rate of false alarms: the detection of a class, the
    detection over all, or the share of hits that get the right name. A class that no held-out scan holds may have been
    forgotten, so nothing is promoted.

    old: of the active model. first: of the model from which the active one descends by retraining; against it nothing
    may fall further either, so that small losses do not add up. Refused: scores on different held-out sets, or of
    different classes.
    """
    for bar, whose in ((old, ""), (first, " of the model that this line began with")):
        reason = None if bar is None else _loss(bar, new, whose, far, tolerance)
        if reason is not None:
            return Gate(False, reason)
    since = "" if first is None else ", neither against the active model nor against the first of its line"
    was, now = old.at(far).pd, new.at(far).pd
    return Gate(
        True, f"no class lost more than {tolerance:.0%}{since}; over all {_said(was)} to {_said(now)} at {far:.1%}"
    )


def _loss(old: Scores, new: Scores, whose: str, far: float, tolerance: float) -> str | None:
    """What got worse, in words, or could have without anybody seeing it; None where nothing did."""
    if old.manifest_id != new.manifest_id:
        raise TrainingError(f"scores on different sets: {old.manifest_id[:12]} and {new.manifest_id[:12]}")
    before, after = old.at(far), new.at(far)
    if set(before.by_class) != set(after.by_class):
        raise TrainingError(f"scores of different classes: {sorted(before.by_class)} and {sorted(after.by_class)}")
    unseen = sorted(kind for kind, rate in before.by_class.items() if not rate.n)
    if unseen:
        return f"no held-out scan holds {', '.join(unseen)}, so nothing says that it did not get worse"
    pairs = {f"detection of {kind}": (rate, after.by_class[kind]) for kind, rate in before.by_class.items()}
    pairs["detection over all"] = (before.pd, after.pd)
    pairs["the share of hits with the right name"] = (before.right_class, after.right_class)
    for what, (was, now) in pairs.items():
        if was.n and not now.value >= was.value - tolerance - 1e-9:
            return f"{what} fell from {_said(was)}{whose} to {_said(now)} at {far:.1%}"
    return None


def _said(rate: Rate) -> str:
    return f"{rate.value:.3f} ({rate.hits} of {rate.n})"
