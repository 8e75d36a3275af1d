"""What physical examinations found, with photographs; entered after the decision, often by somebody else."""

from datetime import UTC, datetime

from fastapi import APIRouter

from cargoscope import taxonomy
from cargoscope.datasets.archive import StoredScan
from cargoscope.errors import ReviewError
from cargoscope.inference import cards, wire
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.parts import PartsDep
from cargoscope.review import FoundItem, Outcome

router = APIRouter(prefix="/v1", tags=["outcomes"])


@router.post("/scans/{scan_id}/outcome", status_code=201)
def conclude(scan_id: str, body: wire.OutcomeBody, who: OfficerDep, parts: PartsDep) -> wire.OutcomeCard:
    """Store what the physical examination found."""
    stored = parts.archive.stored(scan_id)
    items = tuple(FoundItem(**item.model_dump()) for item in body.items)
    for item in items:
        _check_place(item, stored)
    found = tuple(dict.fromkeys((*body.found, *(item.kind for item in items))))
    for kind in found:
        taxonomy.kind(kind)
    outcome = Outcome(scan_id, body.opened, found, body.note, who.name, datetime.now(UTC), items, body.photos)
    parts.archive.conclude(outcome)
    return cards.outcome(outcome)


def _check_place(item: FoundItem, stored: StoredScan) -> None:
    """ReviewError for a place that is not in the scan."""
    if item.view is None:
        return
    if item.view >= len(stored.views):
        raise ReviewError(f"{item.kind}: the scan has views 0..{len(stored.views) - 1}, got {item.view}")
    view = stored.views[item.view]
    if item.box is not None:
        x1, y1, x2, y2 = item.box
        if not (0 <= x1 <= x2 - 1 <= view.width - 1 and 0 <= y1 <= y2 - 1 <= view.height - 1):
            raise ReviewError(f"{item.kind}: a box lies within {view.width}×{view.height} pixels, got {item.box}")
