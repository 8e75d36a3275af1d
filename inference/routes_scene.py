"""What is seen of each view of a scan as a whole: containers, their load, zones of the findings, what stayed dark."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field

from cargoscope.errors import NotFoundError
from cargoscope.inference import wire
from cargoscope.inference.auth import OfficerDep
from cargoscope.inference.parts import PartsDep
from cargoscope.inference.veil import refuse_veiled

router = APIRouter(prefix="/v1", tags=["scene"])

Share = Annotated[float, Field(ge=0, le=1)]


class SeenContainerCard(wire.Body):
    """One container. score, empty: probabilities. doors: at which end in the picture. pitch_mm: by its ISO size."""

    box: wire.Box
    score: Share
    empty: Share
    fill: Share
    doors: Literal["left", "right"]
    reefer_unit: wire.Box | None
    pitch_mm: tuple[float, float]
    unpenetrated: Share


class HeadingCard(wire.Body):
    """The chance that an article taken blindly from the load is of an HS heading, if there is a load."""

    hs: str
    probability: Share


class SeenViewCard(wire.Body):
    """One view; keys and meanings as in the report of `cargoscope detect`."""

    containers: tuple[SeenContainerCard, ...]
    tractor: wire.Box | None
    empty: Share | None
    fill: Share | None
    cargo: tuple[HeadingCard, ...]
    unpenetrated: Share


class SceneCard(wire.Body):
    """GET /v1/scans/{id}/scene. model_id: of the scene model. zones: of each finding, in the order of the scan card."""

    model_id: str
    views: tuple[SeenViewCard, ...]
    zones: tuple[str, ...]


@router.get("/scans/{scan_id}/scene")
def scene(scan_id: str, who: OfficerDep, parts: PartsDep) -> SceneCard:
    """The latest look at a scan; 404 while there is none. Zones tell where findings lie: not before a first look."""
    refuse_veiled(parts, scan_id, who)
    kept = parts.archive.scenes.of(scan_id)
    if kept is None:
        raise NotFoundError(f"nobody has looked at scan {scan_id!r} as a whole yet")
    return SceneCard.model_validate({"model_id": kept.model_id, "views": kept.views, "zones": kept.zones})
