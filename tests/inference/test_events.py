import asyncio
import json
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from cargoscope.datasets.archive import Archive
from cargoscope.inference import events
from cargoscope.inference.engine import Engine
from cargoscope.inference.events import listen
from cargoscope.inference.parts import Parts
from cargoscope.inference.provisional import Provisional
from cargoscope.inference.streams import Streams
from cargoscope.inference.tiles import Pyramids
from cargoscope.inference.worker import Worker
from cargoscope.models.registry import Registry
from cargoscope.settings import Settings
from tests import builders
from tests.inference.rig import keep, people


def parts_in(folder: Path, archive: Archive) -> Parts:
    worker = Worker(archive, Registry(folder / "models"), Engine)
    settings = Settings(data_dir=folder)
    streams = Streams(settings)
    pyramids = (Pyramids(archive, 1024), Pyramids(archive.library, 1024))
    return Parts(settings, archive, worker, *pyramids, streams, Provisional(streams, 0))


async def take(events: AsyncGenerator[str, None], n: int) -> list[tuple[int, str, dict[str, object]]]:
    """The next n events: id, kind, body."""
    got = []
    while len(got) < n:
        lines = dict(line.split(": ", 1) for line in (await anext(events)).strip().split("\n"))
        if "event" in lines:
            got.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return got


def test_a_listener_hears_what_happens_from_now_on(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        people(archive)
        keep(archive, builders.scan(scan_id="before"))

        async def run() -> None:
            heard = listen(parts_in(tmp_path, archive), None, "", builders.officer())
            assert await anext(heard) == "retry: 1000\n\n"
            waiting = asyncio.ensure_future(take(heard, 2))
            await asyncio.sleep(0)
            await asyncio.to_thread(keep, archive, builders.scan(builders.view(level=7), scan_id="after"))
            await asyncio.to_thread(archive.announce, "model", {"model_id": "m"})
            assert await asyncio.wait_for(waiting, 10) == [
                (2, "scan", {"scan_id": "after", "status": "received", "score": None}),
                (3, "model", {"model_id": "m"}),
            ]
            await heard.aclose()

        asyncio.run(run())


def test_a_listener_that_comes_back_misses_nothing_and_hears_nothing_twice(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        for number in range(5):
            archive.announce("model", {"model_id": str(number)})

        async def run() -> None:
            heard = listen(parts_in(tmp_path, archive), 2, "", builders.officer())
            assert [seq for seq, _, _ in await take(heard, 3)] == [3, 4, 5]
            await heard.aclose()

        asyncio.run(run())


def test_the_stream_ends_when_the_service_closes(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        parts = parts_in(tmp_path, archive)

        async def run() -> list[str]:
            parts.closing.set()
            return [text async for text in listen(parts, None, "", builders.officer())]

        assert asyncio.run(run()) == ["retry: 1000\n\n"]


def test_who_logs_out_hears_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.0)
    with Archive(tmp_path) as archive:
        people(archive)
        token = archive.accounts.open_session("lan", 1)

        async def run() -> None:
            heard = listen(parts_in(tmp_path, archive), None, token, builders.officer())
            assert await anext(heard) == "retry: 1000\n\n"
            assert await anext(heard) == ": still here\n\n"
            archive.accounts.close_session(token)
            assert [text async for text in heard] == []

        asyncio.run(run())


def test_who_logs_out_hears_no_more_however_much_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT_S", 0.0)
    with Archive(tmp_path) as archive:
        people(archive)
        token = archive.accounts.open_session("lan", 1)

        async def run() -> None:
            heard = listen(parts_in(tmp_path, archive), None, token, builders.officer())
            assert await anext(heard) == "retry: 1000\n\n"
            archive.accounts.close_session(token)
            heard_after = 0
            async for _ in heard:
                heard_after += 1
                assert heard_after < 10
                archive.announce("model", {"model_id": "another"})

        asyncio.run(run())


@pytest.mark.parametrize("number", [7, 10**30])
def test_a_listener_that_knows_of_more_than_there_is_hears_what_comes(tmp_path: Path, number: int) -> None:
    with Archive(tmp_path) as archive:
        archive.announce("model", {"model_id": "before"})

        async def run() -> None:
            heard = listen(parts_in(tmp_path, archive), number, "", builders.officer())
            await anext(heard)
            archive.announce("model", {"model_id": "after"})
            assert await take(heard, 1) == [(2, "model", {"model_id": "after"})]
            await heard.aclose()

        asyncio.run(run())
