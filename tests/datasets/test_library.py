from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from cargoscope.datasets.archive import Analysis, Archive, Planted
from cargoscope.detections import Detections
from cargoscope.errors import ArchiveError, ConflictError, NotFoundError, ReviewError
from cargoscope.inference.cases import level_of
from cargoscope.review import Disposition
from tests import builders
from tests.inference.rig import people

MODEL = "a" * 64
GUN = Planted("firearm", 0, (1.0, 1.0, 9.0, 9.0), 12.0, 0.0)


@pytest.fixture
def archive(tmp_path: Path):  # type: ignore[no-untyped-def]
    with Archive(tmp_path) as opened:
        people(opened)
        for number in range(12):
            add(opened, number, held=number % 2 == 0, level="easy" if number < 8 else "hard")
        yield opened


def add(archive: Archive, number: int, held: bool, level: str = "easy") -> str:
    found = Detections.none(("firearm",))
    analysis = Analysis("s", MODEL, "tiny", "CPU", found, 0.1)
    scan = builders.scan(builders.view(level=20000 + number), scan_id=f"sim-{number}")
    return archive.library.add(scan, (GUN,) if held else (), level, "simulated", analysis, "chi")


def test_a_case_is_no_scan_and_its_name_says_nothing_of_it(archive: Archive) -> None:
    assert archive.count() == 0
    assert archive.next_pending() is None
    assert archive.check() == ([], [])
    case = archive.library.cases()[0]
    assert case.case_id.startswith("case-")
    scan = archive.library.open_scan(case.case_id)
    assert scan.scan_id == case.case_id
    with pytest.raises(ConflictError, match="already"):
        add(archive, 3, held=False)
    with pytest.raises(ArchiveError, match="level"):
        add(archive, 99, held=True, level="odd")


def test_a_session_takes_cases_of_its_level_and_what_was_seen_least_comes_first(archive: Archive) -> None:
    library = archive.library
    easy = library.start("bo", "warm-up", 3, "easy", Random(1))
    assert {library.case(case_id).level for case_id in easy.cases} == {"easy"}
    first = library.start("lan", "warm-up", 4, "mixed", Random(1))
    assert len(set(first.cases)) == 4
    for case_id in first.cases:
        library.answer(first, said(case_id))
    second = library.start("lan", "warm-up", 2, "mixed", Random(1))
    assert not set(second.cases) & set(first.cases)
    assert [session.session_id for session in library.sessions("bo")] == [easy.session_id]
    with pytest.raises(NotFoundError):
        library.session(first.session_id, "bo")
    with pytest.raises(ConflictError, match="too few"):
        library.start("lan", "warm-up", 60, "hard", Random(1))


def test_about_half_of_a_warm_up_and_less_of_a_training_holds_something(tmp_path: Path) -> None:
    with Archive(tmp_path) as archive:
        people(archive)
        for number in range(40):
            add(archive, number, held=number % 2 == 0)
        held = {case.case_id for case in archive.library.cases() if case.objects}
        for purpose, low, high in (("warm-up", 0.35, 0.65), ("training", 0.15, 0.42)):
            shares = []
            for seed in range(100, 112):
                session = archive.library.start("lan", purpose, 15, "mixed", Random(seed))
                shares.append(sum(case_id in held for case_id in session.cases) / 15)
            assert low < sum(shares) / 12 < high
            assert len(set(shares)) > 1


def test_each_case_is_answered_once_and_wholly(archive: Archive) -> None:
    library = archive.library
    session = library.start("lan", "training", 3, "mixed", Random(2))
    library.answer(session, said(session.cases[0]))
    (kept,) = library.session(session.session_id, "lan").answers
    assert (kept.scan_id, kept.disposition, kept.officer) == (session.cases[0], Disposition.RELEASE, "lan")
    with pytest.raises(ConflictError, match="answered"):
        library.answer(session, said(session.cases[0]))
    with pytest.raises(ReviewError):
        library.answer(session, replace(said(session.cases[1]), verdicts=(builders.confirmed(0),)))
    with pytest.raises(NotFoundError):
        library.answer(session, said("case-of-nobody"))


def said(case_id: str):  # type: ignore[no-untyped-def]
    return builders.decision(scan_id=case_id, model_id=MODEL, disposition=Disposition.RELEASE, reason="")


@pytest.mark.parametrize(
    ("cnr", "hidden", "level"), [(12.0, 0.1, "easy"), (12.0, 0.5, "medium"), (5.0, 0.1, "medium"), (2.0, 0.0, "hard")]
)
def test_a_case_is_as_hard_as_its_best_object_is_faint(cnr: float, hidden: float, level: str) -> None:
    assert level_of((replace(GUN, cnr=cnr, hidden_fraction=hidden), replace(GUN, cnr=0.5)), 0) == level


def test_a_clean_case_is_as_hard_as_the_model_makes_it() -> None:
    assert [level_of((), n) for n in (0, 1, 4)] == ["easy", "medium", "hard"]


def test_a_supervisor_sees_their_own_team(archive: Archive) -> None:
    archive.teams.put("lan", "north", "chi")
    assert archive.teams.with_("bo") == ("bo",)
    archive.teams.put("bo", " north ", "chi")
    assert archive.teams.with_("bo") == ("bo", "lan")
    with pytest.raises(NotFoundError):
        archive.teams.put("nobody", "north", "chi")
