import os

from cargoscope.datasets.simulation.spawned import THREADS, spawned


def environment(name: str) -> str | None:
    return os.environ.get(name)


def test_each_process_computes_with_one_thread_and_the_caller_keeps_its_own(monkeypatch) -> None:
    monkeypatch.setenv(THREADS[0], "7")
    monkeypatch.delenv(THREADS[1], raising=False)
    with spawned(2) as pool:
        assert list(pool.map(environment, THREADS)) == ["1"] * len(THREADS)
    assert (environment(THREADS[0]), environment(THREADS[1])) == ("7", None)
