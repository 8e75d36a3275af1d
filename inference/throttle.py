"""Slows down who guesses passwords."""

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cargoscope.errors import AuthError, ThrottledError


@dataclass
class _Tries:
    failed: int = 0
    running: int = 0
    until_s: float = 0.0


class Throttle:
    """Failed logins per key, such as (name, address). After `free` failures each further one doubles the wait.

    Every longest_s without a failure forgets one: mistakes of months at an address that many share add up to nothing.
    Tries that run count as if they had failed already, so that many at once guess no faster than one after the other.
    forgives: whether a right one makes the failures of its key forgotten. Memory is bounded: of more than max_keys keys
    the one that was tried longest ago is forgotten. Times are of a monotonic clock.
    """

    def __init__(self, free: int = 5, longest_s: float = 300.0, max_keys: int = 10_000, forgives: bool = True) -> None:
        self.free = free
        self.longest_s = longest_s
        self.max_keys = max_keys
        self.forgives = forgives
        self._tries: OrderedDict[tuple[str, ...], _Tries] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def trying(self, key: tuple[str, ...]) -> Iterator[None]:
        """Around a try of a key: an AuthError is a failure, but for a ThrottledError, which says nothing of the key."""
        self.begin(key, time.monotonic())
        try:
            yield
        except ThrottledError:
            self.end(key)
            raise
        except AuthError:
            self.failed(key, time.monotonic())
            raise
        except BaseException:
            self.end(key)
            raise
        self.end(key, forgive=self.forgives)

    def begin(self, key: tuple[str, ...], now_s: float) -> None:
        """One more try of a key; ThrottledError while it has to wait, for its time or for the tries that run."""
        with self._lock:
            tries = self._tries.get(key, _Tries())
            if tries.until_s > now_s:
                raise ThrottledError(f"too many failed logins; try again in {tries.until_s - now_s:.0f} s")
            calm = int((now_s - tries.until_s) // self.longest_s)
            tries.failed, tries.until_s = max(0, tries.failed - calm), tries.until_s + calm * self.longest_s
            if tries.running and tries.failed + tries.running >= self.free:
                raise ThrottledError("too many logins at once; try again")
            tries.running += 1
            self._tries[key] = tries
            self._tries.move_to_end(key)
            while len(self._tries) > self.max_keys:
                self._tries.popitem(last=False)

    def failed(self, key: tuple[str, ...], now_s: float) -> None:
        """A try that began has failed."""
        with self._lock:
            tries = self._tries.get(key, _Tries(running=1))
            tries.running -= 1
            tries.failed += 1
            over = tries.failed - self.free
            tries.until_s = now_s + (min(self.longest_s, 2.0 ** min(over, 30)) if over >= 0 else 0.0)
            self._tries[key] = tries

    def end(self, key: tuple[str, ...], forgive: bool = False) -> None:
        """A try that began has not failed."""
        with self._lock:
            tries = self._tries.get(key, _Tries(running=1))
            tries.running -= 1
            tries.failed = 0 if forgive else tries.failed
            if not tries.running and not tries.failed:
                self._tries.pop(key, None)
