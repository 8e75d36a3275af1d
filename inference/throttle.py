"""Slows down who guesses passwords."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from cargoscope.errors import ThrottledError


@dataclass
class _Failures:
    count: int
    until_s: float


class Throttle:
    """Failed logins per key, such as (name, address). After `free` failures each further one doubles the wait.

    Memory is bounded: of more than max_keys keys the one that failed longest ago is forgotten. Times are of a
    monotonic clock, passed in.
    """

    def __init__(self, free: int = 5, longest_s: float = 300.0, max_keys: int = 10_000) -> None:
        self.free = free
        self.longest_s = longest_s
        self.max_keys = max_keys
        self._failures: OrderedDict[tuple[str, ...], _Failures] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, key: tuple[str, ...], now_s: float) -> None:
        """ThrottledError while the key has to wait."""
        with self._lock:
            failures = self._failures.get(key)
            wait_s = 0.0 if failures is None else failures.until_s - now_s
        if wait_s > 0:
            raise ThrottledError(f"too many failed logins; try again in {wait_s:.0f} s")

    def failed(self, key: tuple[str, ...], now_s: float) -> None:
        """One more failure of a key."""
        with self._lock:
            failures = self._failures.pop(key, _Failures(0, 0.0))
            failures.count += 1
            over = failures.count - self.free
            failures.until_s = now_s + (min(self.longest_s, 2.0 ** min(over, 30)) if over >= 0 else 0.0)
            self._failures[key] = failures
            while len(self._failures) > self.max_keys:
                self._failures.popitem(last=False)

    def succeeded(self, key: tuple[str, ...]) -> None:
        """Forget the failures of a key."""
        with self._lock:
            self._failures.pop(key, None)
