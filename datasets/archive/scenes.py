"""What is seen of each view of a scan as a whole, next to what the detector found in it. It only grows."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from cargoscope.datasets.archive.database import now, writing
from cargoscope.datasets.archive.tables import scans, scenes
from cargoscope.errors import NotFoundError


@dataclass(frozen=True)
class KeptScene:
    """One look at a scan. model_id: of the scene model. views: a table for each, keys as `cargoscope detect` reports
    them. zones: of each finding of the analysis that was made with it, row by row."""

    scan_id: str
    model_id: str
    views: tuple[dict[str, Any], ...]
    zones: tuple[str, ...]


class Scenes:
    """Looks at scans; the latest of a scan counts."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def record(self, made: KeptScene) -> None:
        """Store a look; NotFoundError where there is no such scan."""
        with writing(self._engine) as connection:
            known = sa.select(scans.c.seq).where(scans.c.scan_id == made.scan_id)
            if connection.execute(known).first() is None:
                raise NotFoundError(f"no scan {made.scan_id!r}")
            row = {"scan_id": made.scan_id, "model_id": made.model_id, "made_at": now()}
            connection.execute(scenes.insert().values(row | {"views": list(made.views), "zones": list(made.zones)}))

    def of(self, scan_id: str) -> KeptScene | None:
        """The latest look at a scan, None where nobody looked yet; NotFoundError where there is no such scan."""
        with self._engine.connect() as connection:
            if connection.execute(sa.select(scans.c.seq).where(scans.c.scan_id == scan_id)).first() is None:
                raise NotFoundError(f"no scan {scan_id!r}")
            latest = sa.select(scenes).where(scenes.c.scan_id == scan_id).order_by(scenes.c.seq.desc()).limit(1)
            row = connection.execute(latest).first()
        return None if row is None else KeptScene(row.scan_id, row.model_id, tuple(row.views), tuple(row.zones))
