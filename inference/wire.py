"""The bodies of the HTTP interface: what a station, an officer's console or a script sends and gets as JSON."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the original view."""

Status = Literal["received", "analysed", "failed", "decided"]
"""received: waits for the model. failed: the model could not examine it, an officer must. decided: an officer did."""


class Body(BaseModel):
    """A body that refuses keys it does not know and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(Body):
    """Every refusal: one sentence."""

    error: str


class Alive(Body):
    """GET /alive, and GET /ready once it is."""

    status: str


class Login(Body):
    """POST /v1/login."""

    name: str = Field(min_length=1, max_length=128)
    password: str = Field(min_length=1, max_length=1024)


class Me(Body):
    """Who is logged in. Until the one-time password is changed, only /v1/password, /v1/me and /v1/logout answer."""

    name: str
    role: str
    must_change_password: bool


class PasswordChange(Body):
    """POST /v1/password."""

    old: str = Field(min_length=1, max_length=1024)
    new: str = Field(min_length=1, max_length=1024)


class Stored(Body):
    """The acknowledgement of a scan: it is on disk and in the database."""

    scan_id: str
    sha256: str
    status: Status


class UnfinishedStream(Body):
    """A scan of which columns wait for the rest. columns: of each view. state: stale ones count for no limit any more.

    touched_at: when the last column came.
    """

    scan_id: str
    station_id: str
    columns: tuple[int, ...]
    touched_at: str
    state: Literal["streaming", "unfinished", "stale"]


class Row(Body):
    """One scan in the worklist. score: 0..1, None before the model looked. width, height: of the first view, pixels."""

    scan_id: str
    station_id: str
    taken_at: str
    received_at: str
    status: Status
    score: float | None
    n_findings: int
    top_kind: str | None
    width: int
    height: int
    disposition: str | None
    officer: str | None


class ViewCard(Body):
    """One view and its tile pyramid. levels: level `levels - 1` is full size, each lower one half as wide and high."""

    name: str
    width: int
    height: int
    energies: tuple[str, ...]
    open_beam: tuple[int, ...]
    pitch_mm: tuple[float, float] | None
    bits: int
    tile_size: int
    levels: int


class UsedModel(Body):
    """The model that made the findings of a scan."""

    model_id: str
    name: str
    provider: str


class FindingCard(Body):
    """One region that the model proposed. index: its row, which a verdict names. colour: #rrggbb of the kind."""

    index: int
    view: int
    box: Box
    score: float
    kind: str
    colour: str


class VerdictBody(Body):
    """What the officer says of region `finding`; kind only with "reclass"."""

    finding: Annotated[int, Field(ge=0)]
    judgement: Literal["confirm", "reject", "reclass"]
    kind: str | None = None


class AddedBody(Body):
    """A region that the officer drew."""

    view: Annotated[int, Field(ge=0)]
    box: Box
    kind: str


class DecisionBody(Body):
    """POST /v1/scans/{id}/decisions: one verdict per finding of model_id, and what happens to the container."""

    model_id: str
    verdicts: tuple[VerdictBody, ...] = Field(max_length=10_000)
    added: tuple[AddedBody, ...] = Field(default=(), max_length=1000)
    disposition: Literal["release", "hold", "inspect"]
    reason: str = Field(default="", max_length=4000)
    dwell_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    supersedes: str | None = None


class DecisionCard(DecisionBody):
    """A decision as the archive holds it."""

    decision_id: str
    officer: str
    decided_at: str


class Decided(Body):
    """The acknowledgement of a decision."""

    decision_id: str


class OutcomeBody(Body):
    """POST /v1/scans/{id}/outcome: what the physical examination found; opened False: nobody looked."""

    opened: bool
    found: tuple[str, ...] = Field(default=(), max_length=100)
    note: str = Field(default="", max_length=4000)


class OutcomeCard(OutcomeBody):
    """An outcome as the archive holds it."""

    recorded_by: str
    recorded_at: str


class ScanCard(Row):
    """GET /v1/scans/{id}. decisions: oldest first. error: why the model could not examine the scan."""

    views: tuple[ViewCard, ...]
    model: UsedModel | None
    findings: tuple[FindingCard, ...]
    decisions: tuple[DecisionCard, ...]
    outcome: OutcomeCard | None
    error: str | None


class Model(Body):
    """GET /v1/model: the model that examines the next scan. trouble: why a promoted model could not be loaded."""

    model_id: str
    name: str
    classes: tuple[str, ...]
    provider: str
    pitch_mm: float
    thresholds: dict[str, float]
    parent: str | None
    created_at: str
    trouble: str | None


class KindCard(Body):
    """One entry of GET /v1/taxonomy."""

    id: str
    name: str
    family: str
    severity: int
    colour: str


class HelloView(Body):
    """One view that a stream is going to deliver; pixels come in column blocks."""

    name: str = Field(min_length=1, max_length=64)
    energies: tuple[str, ...] = Field(min_length=1, max_length=4)
    open_beam: tuple[int, ...] = Field(min_length=1, max_length=4)
    height: Annotated[int, Field(ge=1)]
    pitch_mm: tuple[float, float] | None = None
    bits: int = 16


class Hello(Body):
    """The first message of WS /v1/stream."""

    scan_id: str
    taken_at: str
    views: tuple[HelloView, ...] = Field(min_length=1, max_length=8)


class End(Body):
    """The last message of a stream: how many columns each view has."""

    type: Literal["end"]
    columns: tuple[Annotated[int, Field(ge=1)], ...]
