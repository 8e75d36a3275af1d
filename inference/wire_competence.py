"""The bodies of the HTTP interface about test images, training and teams. Figures come as the values that they are."""

from typing import Annotated, Literal

from pydantic import Field

from cargoscope.inference.wire import Body, Box, Row

ResultName = Literal["hit", "miss", "false_alarm", "clear"]
Level = Literal["easy", "medium", "hard"]


class Marked(Body):
    """A region: what was there, or what the officer marked."""

    view: Annotated[int, Field(ge=0)]
    box: Box
    kind: str


class TestCard(Body):
    """What a test image or a training case was, once it is answered. result: "clear": rightly nothing.

    objects: what was there, none in a clean one. marks: what the officer took for something; located: whether a mark
    lies on what was there. picture: address of an image that shows both.
    """

    __test__ = False

    scan_id: str
    result: ResultName
    located: bool
    objects: tuple[Marked, ...]
    marks: tuple[Marked, ...]
    picture: str


class RateBody(Body):
    """PUT /v1/projection/{station_id}: tests for each real scan, 0 for none."""

    rate: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class RateChange(Body):
    """One change of a rate."""

    station_id: str
    rate: float
    set_by: str
    set_at: str


class TestLine(Body):
    """One line of the audit trail of tests. result .. decided_at: None while it waits."""

    __test__ = False

    scan_id: str
    source_scan_id: str
    station_id: str
    made_at: str
    rate: float
    kinds: tuple[str, ...]
    cnr: float | None
    result: ResultName | None
    located: bool | None
    officer: str | None
    decided_at: str | None
    dwell_s: float | None


class ProjectionCard(Body):
    """GET /v1/projection. tests: the newest first; those that still wait only for who may know of them."""

    rates: dict[str, float]
    max_rate: float
    changes: tuple[RateChange, ...]
    tests: tuple[TestLine, ...]


class TeamBody(Body):
    """PUT /v1/teams/{officer}: "" for none."""

    team: str = Field(max_length=64)


class SessionBody(Body):
    """POST /v1/training/sessions."""

    purpose: Literal["training", "warm-up"]
    count: Annotated[int, Field(ge=1, le=100)] = 20
    level: Literal["easy", "medium", "hard", "mixed"] = "mixed"


class SessionLine(Body):
    """One session of an officer. results: of each answered case, oldest first."""

    session_id: str
    purpose: Literal["training", "warm-up"]
    level: str
    started_at: str
    count: int
    results: tuple[ResultName, ...]


class SessionCard(SessionLine):
    """One session with its cases in order, as rows of a worklist."""

    rows: tuple[Row, ...]


class TrainingCard(Body):
    """GET /v1/training. cases: of each level how many hold something and how many are clean."""

    cases: dict[str, tuple[int, int]]
    sessions: tuple[SessionLine, ...]


class Answered(Body):
    """The acknowledgement of an answer, with what the case was."""

    decision_id: str
    test: TestCard


class CaseBody(Body):
    """POST /v1/training/cases: a decided scan of the archive becomes a case. objects: what is in it, none: clean."""

    scan_id: str
    level: Level
    objects: tuple[Marked, ...] = Field(default=(), max_length=100)
