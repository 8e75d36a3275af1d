"""Names for test images that look like those of the station's own scans."""

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from random import Random
from typing import Final

STAMP: Final = re.compile(r"(?<!\d)(20\d{6})([T_-]?)([0-2]\d[0-5]\d[0-5]\d)(?!\d)")
"""A date and a time of day, as scanners put them into names."""

UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HEX: Final = re.compile(r"(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,}")
COUNTER: Final = re.compile(r"\d+(?=\D*$)")
TRIES: Final = 200

Named = tuple[str, datetime]
"""The id of a scan and when it was taken."""


def disguise(recent: Sequence[Named], at: datetime, is_taken: Callable[[str], bool], rng: Random) -> str | None:
    """An id that no scan has, made as the station makes its own; None where these ids cannot be imitated.

    recent: the station's newest scans, the newest first. at: when the test will seem to have been taken. Where names
    hold a time it becomes that of the test; random parts are drawn anew; a counter takes a number that the station has
    left out, else one that it has left behind, because a number ahead would be that of a scan to come.
    """
    if not recent:
        return None
    for make in (_stamped, _identified, _counted):
        for _ in range(TRIES):
            made = make(recent, at, rng)
            if made is None:
                break
            if not is_taken(made):
                return made
        else:
            return None
    return None


def as_exact_as(like: Sequence[datetime], moment: datetime) -> datetime:
    """A moment cut off where all these are: at seconds, at milliseconds, or nowhere."""
    for step in (1_000_000, 1000):
        if like and all(one.microsecond % step == 0 for one in like):
            return moment.replace(microsecond=moment.microsecond - moment.microsecond % step)
    return moment


def _stamped(recent: Sequence[Named], at: datetime, rng: Random) -> str | None:
    """The name is as far from the time as that of one of the station's own scans, to the second."""
    name = recent[0][0]
    found = STAMP.search(name)
    gaps = [shown - taken_at.replace(microsecond=0) for other, taken_at in recent if (shown := _shown(other))]
    if found is None or _shown(name) is None:
        return None
    moved = at.replace(microsecond=0) + rng.choice(gaps)
    return f"{name[: found.start()]}{moved:%Y%m%d}{found[2]}{moved:%H%M%S}{name[found.end() :]}"


def _shown(name: str) -> datetime | None:
    """The time in a name, as if it were UTC."""
    found = STAMP.search(name)
    try:
        return found and datetime.strptime(found[1] + found[3], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _identified(recent: Sequence[Named], _: datetime, rng: Random) -> str | None:
    name = recent[0][0]
    found = UUID.search(name)
    if found is not None:
        drawn = str(uuid.UUID(int=rng.getrandbits(128), version=4))
    else:
        found = HEX.search(name)
        if found is None:
            return None
        drawn = "".join(rng.choice("0123456789abcdef") for _ in range(found.end() - found.start()))
    return name[: found.start()] + drawn + name[found.end() :]


def _counted(recent: Sequence[Named], _: datetime, rng: Random) -> str | None:
    names = [other for other, _ in recent]
    name = names[0]
    found = COUNTER.search(name)
    if found is None:
        return None
    before, after, width = name[: found.start()], name[found.end() :], found.end() - found.start()
    used = {
        int(other[len(before) : len(other) - len(after)])
        for other in names
        if other.startswith(before) and other.endswith(after) and other[len(before) : len(other) - len(after)].isdigit()
    }
    left_out = sorted(set(range(min(used), max(used))) - used)
    number = rng.choice(left_out) if left_out and rng.random() < 0.9 else min(used) - 1 - rng.randrange(20)
    return (
        f"{before}{number:0{width}d}{after}"
        if number >= 0
        else f"{before}{rng.randrange(min(used) + 1):0{width}d}{after}"
    )
