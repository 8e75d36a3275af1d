"""The bodies of the HTTP interface that tell of the service, of the rules of its site and of its accounts."""

from typing import Literal

from pydantic import AwareDatetime, Field

from cargoscope.inference.wire import Body, DispositionName, Role


class StationStatus(Body):
    """One scanner. last_scan_at: when its latest scan came in. calibrated_at: when its air and dark signals were taken,
    if it says so; calibration_age_s: since then. streaming: its trucks in the tunnel."""

    station_id: str
    last_scan_at: str | None
    calibrated_at: str | None
    calibration_age_s: float | None
    streaming: int


class ServiceStatus(Body):
    """GET /v1/status, for the status bar. model_id .. provider: None while no model is loaded. trouble: why a promoted
    model could not be loaded. version: of Cargoscope. waiting: scans that an officer should decide on.
    not_analysed: scans that the model could not examine, undecided. pending: scans it has yet to examine. second,
    recheck: scans that wait for another opinion, None for officers, who must not know. oldest_wait_s: of the open
    scans, None where none is open."""

    model_id: str | None
    model_name: str | None
    provider: str | None
    trouble: str | None
    version: str
    waiting: int
    not_analysed: int
    pending: int
    second: int | None
    recheck: int | None
    oldest_wait_s: float | None
    stations: tuple[StationStatus, ...]


class CalibrationBody(Body):
    """PUT /v1/stations/me/calibration: when the scanner took its air and dark signals."""

    calibrated_at: AwareDatetime


class ReasonCard(Body):
    """One reason code of the site. dispositions: those that it may explain."""

    code: str
    text: str
    dispositions: tuple[DispositionName, ...]


class SiteCard(Body):
    """GET /v1/site: the rules of this site that a page must know. codes_required: dispositions that need a code."""

    picking: Literal["free", "assigned"]
    lease_minutes: float
    max_leases: int
    reasons: tuple[ReasonCard, ...]
    codes_required: tuple[DispositionName, ...]
    max_photo_bytes: int
    oidc: bool


class LoginWays(Body):
    """GET /v1/login: the ways to log in. oidc: what to write on the button of the OpenID provider, None without one."""

    oidc: str | None


class AccountCard(Body):
    """One account. origin: "local" with a password here, "oidc" from the OpenID provider, which then says its roles."""

    name: str
    roles: tuple[Role, ...]
    disabled: bool
    origin: Literal["local", "oidc"]
    must_change_password: bool
    created_at: str


class NewAccount(Body):
    """POST /v1/accounts."""

    name: str = Field(min_length=1, max_length=128)
    roles: tuple[Role, ...] = Field(min_length=1, max_length=6)


class RolesBody(Body):
    """POST /v1/accounts/{name}/roles: all roles that the account has from now on."""

    roles: tuple[Role, ...] = Field(min_length=1, max_length=6)


class AccessBody(Body):
    """POST /v1/accounts/{name}/access: whether the account may log in; without it its sessions end."""

    allowed: bool


class OneTime(Body):
    """The one-time password of a new account, or of one whose password was reset; it is shown only here."""

    name: str
    one_time_password: str


class AccountChange(Body):
    """One line of GET /v1/accounts/changes, newest first."""

    changed_at: str
    changed_by: str
    officer: str
    change: str
