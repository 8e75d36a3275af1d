"""Trucks that are still in the tunnel, as rows of the worklist."""

from datetime import UTC, datetime

from cargoscope.datasets.archive.worklist import Filters
from cargoscope.inference import wire
from cargoscope.inference.parts import Parts
from cargoscope.inference.spool import taken_at


def under_way(parts: Parts, by: Filters) -> list[wire.Row]:
    """The scans that are being streamed this moment, the longest under way first. What asks for risk or a kind leaves
    them out: nothing is known of them yet."""
    if by.status or by.kind or by.min_score is not None:
        return []
    rows = []
    for one in parts.streams.unfinished():
        if one.state != "streaming" or by.station not in (None, one.station_id):
            continue
        began = taken_at(one.hello)
        rows.append(
            wire.Row(
                scan_id=one.hello.scan_id,
                station_id=one.station_id,
                taken_at=began.isoformat(),
                received_at=one.touched_at.isoformat(),
                status="streaming",
                score=None,
                n_findings=0,
                top_kind=None,
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
