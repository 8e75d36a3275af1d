"""The scanner stations: when each sent its latest scan, and when its air and dark signals were taken."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from cargoscope.datasets.archive.database import in_utc, now, writing
from cargoscope.datasets.archive.tables import calibrations, scans, stations
from cargoscope.errors import ArchiveError


@dataclass(frozen=True)
class Scanner:
    """One station. last_scan_at: when its latest scan came in. calibrated_at: None where it never said so."""

    station_id: str
    last_scan_at: datetime | None
    calibrated_at: datetime | None


class Scanners:
    """What is known of the stations; calibrations only grow."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def calibrated(self, station_id: str, at: datetime) -> None:
        """A station took its air and dark signals. ArchiveError for a time to come, or without a time zone."""
        if at.tzinfo is None or at > datetime.now(UTC) + timedelta(minutes=5):
            raise ArchiveError(f"station {station_id}: a calibration lies in the past and has a time zone, got {at}")
        row = {"station_id": station_id, "calibrated_at": in_utc(at), "told_at": now()}
        with writing(self._engine) as connection:
            connection.execute(calibrations.insert().values(row))

    def all(self) -> list[Scanner]:
        """Every station, by name."""
        sent = scans.alias("sent")
        latest = sa.select(sa.func.max(sent.c.seq)).where(sent.c.station_id == stations.c.station_id)
        took = sa.select(sa.func.max(calibrations.c.calibrated_at))
        took = took.where(calibrations.c.station_id == stations.c.station_id)
        query = (
            sa.select(stations.c.station_id, scans.c.received_at, took.scalar_subquery().label("calibrated_at"))
            .select_from(stations)
            .outerjoin(scans, scans.c.seq == latest.scalar_subquery())
            .order_by(stations.c.station_id)
        )
        with self._engine.connect() as connection:
            return [
                Scanner(row.station_id, _moment(row.received_at), _moment(row.calibrated_at))
                for row in connection.execute(query)
            ]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
