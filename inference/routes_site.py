"""What a page must know of the service and its site: the status bar, the rules, the stations of a technician."""

from datetime import UTC, datetime

from fastapi import APIRouter

from cargoscope import __version__
from cargoscope.datasets.archive.worklist import Filters
from cargoscope.inference import wire, wire_site
from cargoscope.inference.auth import OfficerDep, StationDep
from cargoscope.inference.parts import Parts, PartsDep

router = APIRouter(prefix="/v1", tags=["site"])

FAILED = Filters(status="failed")


@router.get("/status")
def status(who: OfficerDep, parts: PartsDep) -> wire_site.ServiceStatus:
    """How the service is: for the status bar."""
    detector = parts.worker.detector
    counts, oldest = parts.archive.open_counts()
    blind = who.reads_blind
    return wire_site.ServiceStatus(
        model_id=None if detector is None else detector.card.model_id,
        model_name=None if detector is None else detector.card.name,
        provider=None if detector is None else detector.provider,
        trouble=parts.worker.trouble,
        version=__version__,
        waiting=parts.archive.count_for(who) if "officer" in who.roles else sum(counts.values()),
        not_analysed=parts.archive.cases("open", 0, 0, who, FAILED)[1] if blind else counts.get("failed", 0),
        pending=counts.get("received", 0),
        second=None if blind else counts.get("second", 0),
        recheck=None if blind else counts.get("recheck", 0),
        oldest_wait_s=None if oldest is None else _age_s(oldest),
        stations=_stations(parts),
    )


@router.get("/site")
def site(parts: PartsDep) -> wire_site.SiteCard:
    """The rules of this site."""
    rules = parts.settings.site
    return wire_site.SiteCard.model_validate(
        {
            "picking": rules.picking,
            "lease_minutes": rules.lease_minutes,
            "max_leases": rules.max_leases,
            "reasons": [vars(reason) for reason in rules.reasons],
            "codes_required": rules.codes_required,
            "max_photo_bytes": parts.settings.max_photo_bytes,
            "oidc": parts.settings.oidc is not None,
        }
    )


@router.get("/stations/streams")
def all_streams(parts: PartsDep) -> list[wire.UnfinishedStream]:
    """Scans of which only a part arrived, of all stations, the one that waits longest first: for the technician."""
    return [
        wire.UnfinishedStream(
            scan_id=one.hello.scan_id,
            station_id=one.station_id,
            columns=one.columns,
            touched_at=one.touched_at.isoformat(),
            state=one.state,
        )
        for one in parts.streams.unfinished()
    ]


@router.put("/stations/me/calibration", status_code=204)
def calibrated(body: wire_site.CalibrationBody, station_id: StationDep, parts: PartsDep) -> None:
    """A station tells when it took its air and dark signals."""
    parts.archive.scanners.calibrated(station_id, body.calibrated_at)


def _stations(parts: Parts) -> tuple[wire_site.StationStatus, ...]:
    streaming: dict[str, int] = {}
    for one in parts.streams.under_way():
        streaming[one.station_id] = streaming.get(one.station_id, 0) + 1
    return tuple(
        wire_site.StationStatus(
            station_id=one.station_id,
            last_scan_at=None if one.last_scan_at is None else one.last_scan_at.isoformat(),
            calibrated_at=None if one.calibrated_at is None else one.calibrated_at.isoformat(),
            calibration_age_s=None if one.calibrated_at is None else _age_s(one.calibrated_at),
            streaming=streaming.get(one.station_id, 0),
        )
        for one in parts.archive.scanners.all()
    )


def _age_s(moment: datetime) -> float:
    return round((datetime.now(UTC) - moment).total_seconds(), 1)
