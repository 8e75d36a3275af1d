"""Processes that share out a simulation, one core each."""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Final

THREADS: Final = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Where the libraries under NumPy read, when they are loaded, how many threads to use. Their own choice is one for each
core in every process, which then wait for each other: two processes were slower than one."""


@contextmanager
def spawned(processes: int) -> Iterator[ProcessPoolExecutor]:
    """A pool of spawned processes whose linear algebra keeps to one thread each."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            yield pool
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
