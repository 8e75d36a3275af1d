"""Trucks that are still in the tunnel, as rows of the worklist."""

from datetime import UTC, datetime

from cargoscope.datasets.archive import Officer
from cargoscope.datasets.archive.worklist import Filters
from cargoscope.inference import wire
from cargoscope.inference.parts import Parts
from cargoscope.inference.spool import taken_at
from cargoscope.inference.veil import prescribed


def under_way(parts: Parts, by: Filters, who: Officer) -> list[wire.Row]:
    """The scans that are being streamed this moment, the longest under way first. What asks for a status, risk or a
    kind leaves them out: what is known of them is provisional. Who has to look first hears nothing of the model."""
    if by.status or by.kind or by.min_score is not None:
        return []
    rows = []
    for one in parts.streams.under_way():
        if by.station not in (None, one.station_id):
            continue
        began = taken_at(one.hello)
        glimpse = None if prescribed(parts, who) else parts.provisional.of(one.station_id, one.hello.scan_id)
        found = [] if glimpse is None or glimpse.found is None else list(glimpse.found)
        rows.append(
            wire.Row(
                scan_id=one.hello.scan_id,
                station_id=one.station_id,
                taken_at=began.isoformat(),
                received_at=one.touched_at.isoformat(),
                status="streaming",
                score=None if glimpse is None else glimpse.score,
                n_findings=len(found),
                top_kind=max(found, key=lambda finding: finding.score).kind if found else None,
                width=one.columns[0],
                height=one.hello.views[0].height,
                disposition=None,
                officer=None,
                final=False,
                leased_by=None,
                lease_until=None,
                waiting_s=max(0.0, round((datetime.now(UTC) - began.astimezone(UTC)).total_seconds(), 1)),
                truck_waits=True,
                provisional=True,
            )
        )
    return rows
