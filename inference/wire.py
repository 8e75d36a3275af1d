"""The bodies of the HTTP interface: what a station, an officer's console or a script sends and gets as JSON."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]
"""x1, y1, x2, y2 in pixels of the original view."""

Status = Literal["streaming", "received", "analysed", "failed", "second", "recheck", "decided"]
"""streaming: the truck is still in the tunnel. received: waits for the model. failed: the model could not examine it,
an officer must. second: waits for a second, independent reader; only its first reader, supervisors and who only reads
learn of that. recheck: two readers disagree, a supervisor must decide. decided: what happens to it is final."""

Role = Literal["officer", "supervisor", "technician", "data_scientist", "administrator", "auditor"]

DispositionName = Literal["release", "hold", "inspect"]


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
    roles: tuple[Role, ...]
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
    """One scan in the worklist. score: 0..1, None before the model looked. width, height: of the first view, pixels.

    disposition, officer: of the final decision, or where that is not made, of the latest one that the asker may see.
    final: whether what happens to the scan is settled. leased_by, lease_until: the officer who has the scan before
    them, None where nobody has. waiting_s: since the scan came in, until now, None once it is decided. truck_waits:
    whether its truck stands at the scanner until then (a setting). provisional: the truck is still in the tunnel; width
    is the number of columns that arrived, score and findings are of those, if the model has looked at all.
    """

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
    final: bool
    leased_by: str | None
    lease_until: str | None
    waiting_s: float | None
    truck_waits: bool
    provisional: bool


class Filters(Body):
    """Which rows of the worklist. min_score, max_score: risk, 0..1. min_wait_s, max_wait_s: how long they wait. kind:
    of any finding."""

    station: str | None = Field(default=None, max_length=128)
    status: Literal["received", "analysed", "failed", "second", "recheck", "decided"] | None = None
    kind: str | None = Field(default=None, max_length=64)
    min_score: Annotated[float, Field(ge=0, le=1)] | None = None
    max_score: Annotated[float, Field(ge=0, le=1)] | None = None
    min_wait_s: Annotated[float, Field(ge=0, le=1e9)] | None = None
    max_wait_s: Annotated[float, Field(ge=0, le=1e9)] | None = None


class Question(Filters):
    """GET /v1/scans. provisional: with the trucks that are still in the tunnel, before all others."""

    state: Literal["open", "decided", "all"] = "open"
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    offset: Annotated[int, Field(ge=0, lt=2**63)] = 0
    provisional: bool = False


class NextBody(Body):
    """POST /v1/scans/next. holding: scans that this page has before it already; others that are still leased to the
    officer come back first. Where the site forbids picking, only `station` may be filtered by."""

    filters: Filters = Filters()
    holding: tuple[str, ...] = Field(default=(), max_length=100)


class NextScan(Body):
    """The scan that is leased to the officer now; row None: nothing waits. waiting: how many wait, this one too."""

    row: Row | None
    waiting: int


class LeaseCard(Body):
    """Who has a scan before them, and until when, unless renewed."""

    scan_id: str
    officer: str
    until: str


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
    """POST /v1/scans/{id}/decisions: one verdict per finding of model_id, and what happens to the container.

    reason_codes: of the site's catalogue (GET /v1/site). reason: in words, needed for a correction, and for anything
    but a release that has no code. supersedes: the decision of the same reading that this one corrects. recheck: a
    supervisor's, on a scan that others decided; it is final.
    """

    model_id: str
    verdicts: tuple[VerdictBody, ...] = Field(max_length=10_000)
    added: tuple[AddedBody, ...] = Field(default=(), max_length=1000)
    disposition: DispositionName
    reason_codes: tuple[Annotated[str, Field(max_length=64)], ...] = Field(default=(), max_length=20)
    reason: str = Field(default="", max_length=4000)
    dwell_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    supersedes: str | None = None
    recheck: bool = False


class DecisionCard(DecisionBody):
    """A decision as the archive holds it. reading: 1 the first opinion, 2 the second, 3 a supervisor's re-check."""

    decision_id: str
    officer: str
    decided_at: str
    reading: Literal[1, 2, 3]


class Decided(Body):
    """The acknowledgement of a decision."""

    decision_id: str


class FoundItem(Body):
    """One thing that the physical examination found. Where: in a view, with or without its box, or in words."""

    kind: str
    view: Annotated[int, Field(ge=0)] | None = None
    box: Box | None = None
    where: str = Field(default="", max_length=400)


class OutcomeBody(Body):
    """POST /v1/scans/{id}/outcome: what the physical examination found; opened False: nobody looked.

    found: kinds, without a place; items: kinds with their place; opened and neither: nothing was found. photos: ids of
    photographs of this scan that were sent before.
    """

    opened: bool
    found: tuple[str, ...] = Field(default=(), max_length=100)
    note: str = Field(default="", max_length=4000)
    items: tuple[FoundItem, ...] = Field(default=(), max_length=100)
    photos: tuple[str, ...] = Field(default=(), max_length=100)


class OutcomeCard(OutcomeBody):
    """An outcome as the archive holds it. found: all kinds, those of the items too."""

    recorded_by: str
    recorded_at: str


class PhotoCard(Body):
    """A photograph of a physical examination: GET /v1/scans/{id}/photos/{photo_id} gives its bytes.

    photo_id: their sha256. width, height: pixels.
    """

    photo_id: str
    media_type: Literal["image/jpeg", "image/png"]
    size_bytes: int
    width: int
    height: int
    added_by: str
    added_at: str


class ScanCard(Row):
    """GET /v1/scans/{id}. decisions: oldest first, those that the asker may see. error: why the model could not examine
    the scan. final_decision: the id of the decision that holds, None while none does. photos: of the physical
    examination, for those who may see them. veiled: what the model found is kept back until the asker's first look."""

    views: tuple[ViewCard, ...]
    model: UsedModel | None
    findings: tuple[FindingCard, ...]
    decisions: tuple[DecisionCard, ...]
    outcome: OutcomeCard | None
    error: str | None
    final_decision: str | None
    photos: tuple[PhotoCard, ...]
    veiled: bool


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
