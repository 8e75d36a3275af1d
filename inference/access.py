"""Who may ask what: one table of all routes. A route that does not stand in it answers nobody.

The check is laid round every router by the service; what a role may see of an answer is the route's own affair.
"""

from typing import Final

from starlette.requests import HTTPConnection

from cargoscope.datasets.archive import Case, Officer
from cargoscope.errors import ForbiddenError
from cargoscope.inference.auth import anyone_logged_in, officer, session_token, station
from cargoscope.inference.parts import parts_of
from cargoscope.site import Site

Access = frozenset[str] | str
"""Roles of which one is needed, or one of the words below."""

OPEN: Final = "open"
"""Anybody."""

LOGGED_IN: Final = "logged in"
"""Anybody with a session, even before the one-time password is changed."""

STATION: Final = "station"
"""A station with its key; a WebSocket checks it itself, to say why it closes."""

EVERYBODY: Final = frozenset({"officer", "supervisor", "technician", "data_scientist", "administrator", "auditor"})
LOOKING: Final = frozenset({"officer", "supervisor", "data_scientist", "auditor"})
"""See scans and what was said of them."""

DECIDING: Final = frozenset({"officer", "supervisor"})
OUTCOMES: Final = frozenset({"officer", "supervisor", "auditor"})
"""See photographs of examinations: there may be people in them."""

ADMINISTRATOR: Final = frozenset({"administrator"})
ACCOUNTS: Final = frozenset({"administrator", "auditor"})
FIGURES: Final = frozenset({"supervisor", "auditor"})
LIBRARY: Final = frozenset({"supervisor", "data_scientist"})

SCAN: Final = "/v1/scans/{scan_id}"
CASE: Final = "/v1/training/sessions/{session_id}/cases/{case_id}"

ROUTES: Final[dict[tuple[str, str], Access]] = {
    ("GET", "/alive"): OPEN,
    ("GET", "/ready"): OPEN,
    ("GET", "/v1/login"): OPEN,
    ("POST", "/v1/login"): OPEN,
    ("GET", "/v1/oidc/login"): OPEN,
    ("GET", "/v1/oidc/callback"): OPEN,
    ("POST", "/v1/logout"): LOGGED_IN,
    ("GET", "/v1/me"): LOGGED_IN,
    ("POST", "/v1/password"): LOGGED_IN,
    ("GET", "/v1/accounts"): ACCOUNTS,
    ("POST", "/v1/accounts"): ADMINISTRATOR,
    ("GET", "/v1/accounts/changes"): ACCOUNTS,
    ("POST", "/v1/accounts/{name}/roles"): ADMINISTRATOR,
    ("POST", "/v1/accounts/{name}/access"): ADMINISTRATOR,
    ("POST", "/v1/accounts/{name}/password"): ADMINISTRATOR,
    ("GET", "/v1/status"): EVERYBODY,
    ("GET", "/v1/site"): EVERYBODY,
    ("GET", "/v1/model"): EVERYBODY,
    ("GET", "/v1/taxonomy"): EVERYBODY,
    ("GET", "/v1/viewer"): EVERYBODY,
    ("GET", "/v1/events"): EVERYBODY,
    ("GET", "/v1/scans"): LOOKING,
    ("POST", "/v1/scans/next"): DECIDING,
    ("GET", SCAN): LOOKING,
    ("GET", f"{SCAN}/views/{{view}}/tiles/{{level}}/{{column}}_{{row}}"): LOOKING,
    ("POST", f"{SCAN}/lease"): DECIDING,
    ("DELETE", f"{SCAN}/lease"): DECIDING,
    ("POST", f"{SCAN}/decisions"): DECIDING,
    ("POST", f"{SCAN}/outcome"): DECIDING,
    ("POST", f"{SCAN}/photos"): DECIDING,
    ("GET", f"{SCAN}/photos/{{photo_id}}"): OUTCOMES,
    ("GET", f"{SCAN}/colours"): LOOKING,
    ("GET", f"{SCAN}/probabilities"): LOOKING,
    ("GET", f"{SCAN}/anomaly"): LOOKING,
    ("GET", f"{SCAN}/findings/{{index}}/evidence"): LOOKING,
    ("POST", f"{SCAN}/first-look"): DECIDING,
    ("GET", f"{SCAN}/first-looks"): LOOKING,
    ("GET", f"{SCAN}/comparable"): LOOKING,
    ("GET", f"{SCAN}/scene"): LOOKING,
    ("GET", "/v1/stations/streams"): frozenset({"technician", "administrator", "auditor"}),
    ("GET", f"{SCAN}/test"): LOOKING,
    ("GET", f"{SCAN}/test/picture"): LOOKING,
    ("GET", "/v1/competence/mine"): EVERYBODY,
    ("GET", "/v1/competence/team"): FIGURES,
    ("PUT", "/v1/teams/{officer}"): ADMINISTRATOR,
    ("GET", "/v1/projection"): FIGURES | ADMINISTRATOR,
    ("PUT", "/v1/projection/{station_id}"): frozenset({"supervisor", "administrator"}),
    ("GET", "/v1/projection/trail.csv"): FIGURES | ADMINISTRATOR,
    ("GET", "/v1/figures/work"): FIGURES,
    ("GET", "/v1/figures/work/decisions.csv"): FIGURES,
    ("GET", "/v1/figures/model"): frozenset({"data_scientist", "auditor"}),
    ("GET", "/v1/figures/scanners"): frozenset({"data_scientist", "technician", "auditor"}),
    ("GET", "/v1/training"): EVERYBODY,
    ("POST", "/v1/training/sessions"): EVERYBODY - {"auditor"},
    ("GET", "/v1/training/sessions/{session_id}"): EVERYBODY,
    ("GET", f"{CASE}"): EVERYBODY,
    ("POST", f"{CASE}/decisions"): EVERYBODY - {"auditor"},
    ("GET", f"{CASE}/test"): EVERYBODY,
    ("GET", f"{CASE}/picture"): EVERYBODY,
    ("GET", "/v1/training/cases/{case_id}/views/{view}/tiles/{level}/{column}_{row}"): EVERYBODY,
    ("GET", "/v1/training/cases/{case_id}/colours"): EVERYBODY,
    ("POST", "/v1/training/cases"): LIBRARY,
    ("POST", "/v1/scans"): STATION,
    ("GET", "/v1/streams"): STATION,
    ("WS", "/v1/stream"): STATION,
    ("PUT", "/v1/stations/me/colours"): STATION,
    ("PUT", "/v1/stations/me/calibration"): STATION,
    ("PUT", f"{SCAN}/declaration"): STATION,
}
"""(method, path as the route says it) -> who. Of a WebSocket the method is WS."""

HANDING_OUT: Final = frozenset({f"{SCAN}/lease", f"{SCAN}/decisions"})
"""Of one scan, but not asked only by who may open it: the archive itself holds these against the leases."""


def permitted(connection: HTTPConnection) -> None:
    """ForbiddenError where none of the asker's roles may use the route, or nobody may; AuthError for nobody known."""
    path = getattr(connection.scope["route"], "path", "")
    method = "WS" if connection.scope["type"] == "websocket" else connection.scope["method"]
    who_may = ROUTES.get(("GET" if method == "HEAD" else method, path))
    if who_may is None:
        raise ForbiddenError(f"nobody may use {method} {path}: it stands in no table of rights")
    if isinstance(who_may, frozenset):
        token = session_token(connection)
        who = officer(anyone_logged_in(connection, parts_of(connection), token))
        if not who.roles & who_may:
            raise ForbiddenError(f"this is for {listed(who_may)}; {who.name} is {listed(who.roles)}")
        if path.startswith(SCAN) and path not in HANDING_OUT:
            _check_open(connection, who)
    elif who_may == LOGGED_IN:
        anyone_logged_in(connection, parts_of(connection), session_token(connection))
    elif who_may == STATION and method != "WS":
        station(connection)


def may_open(case: Case, who: Officer, site: Site) -> bool:
    """Whether somebody may look at a scan: where the site hands scans out, an officer sees no open one that was not
    handed out to them."""
    if _sees_all(who, site):
        return True
    mine = case.lease is not None and case.lease.officer == who.name
    return mine or case.settled.final is not None or any(one.officer == who.name for one in case.decisions)


def _sees_all(who: Officer, site: Site) -> bool:
    return site.picking == "free" or bool(who.roles & {"supervisor", "auditor", "data_scientist"})


def _check_open(connection: HTTPConnection, who: Officer) -> None:
    parts, scan_id = parts_of(connection), connection.path_params["scan_id"]
    site = parts.settings.site
    if not _sees_all(who, site) and not may_open(parts.archive.case(scan_id), who, site):
        raise ForbiddenError(f"scan {scan_id}: was not handed out to {who.name}; take the next one")


def listed(roles: frozenset[str]) -> str:
    """Roles in words."""
    return ", ".join(role.replace("_", " ") for role in sorted(roles))
