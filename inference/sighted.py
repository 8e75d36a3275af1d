"""A detector with the scene model beside it: it knows a view's containers, and by them its pitch where nobody said."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from cargoscope.detections import Detections
from cargoscope.inference.engine import Engine
from cargoscope.inference.scene import DEFAULT_SCENE, SceneReader
from cargoscope.models.card import ModelCard
from cargoscope.models.scene import SeenView, Zone
from cargoscope.penetration import unpenetrated
from cargoscope.scan import Scan

Floats = npt.NDArray[np.float32]

TOLD: Final = 8
"""So many HS headings are reported, the most probable; the rest share what is left of 1."""

BARE: Final[frozenset[Zone]] = frozenset({"chassis", "outside"})
"""Zones of a view with containers that hold no cargo: wheels, air reservoirs, tool boxes, the road, the air."""

BARE_ODDS: Final = 3.0
"""There an air reservoir is as good as a gas cylinder, and seldom is anything hidden: the odds count a third."""


@runtime_checkable
class Sighted(Protocol):
    """What sees a view as a whole: `SightedEngine`, or a few lines in a test. scene_id: of its scene model."""

    @property
    def scene_id(self) -> str: ...
    def look(self, scan: Scan) -> tuple[SeenView, ...]: ...
    def examine(
        self, scan: Scan, threshold: float | None = None, seen: Sequence[SeenView] | None = None
    ) -> tuple[Detections, float]: ...


class SightedEngine:
    """An `Engine` whose views without a pitch take that of their containers. A context manager; threads may share it.

    folder, provider, threads: of the detector, as for `Engine`. scene: folder of a scene model, on one CPU thread.
    """

    def __init__(
        self,
        folder: Path,
        provider: str = "CPUExecutionProvider",
        threads: int | None = None,
        scene: Path = DEFAULT_SCENE,
    ) -> None:
        with ExitStack() as opened:
            self.scenes = opened.enter_context(SceneReader(scene, threads=1))
            self.engine = opened.enter_context(Engine(folder, provider, threads))
            self._opened = opened.pop_all()

    def __enter__(self) -> "SightedEngine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._opened.close()

    @property
    def card(self) -> ModelCard:
        return self.engine.card

    @property
    def provider(self) -> str:
        return self.engine.provider

    @property
    def scene_id(self) -> str:
        return self.scenes.card.model_id

    def look(self, scan: Scan) -> tuple[SeenView, ...]:
        """What is seen of each view as a whole."""
        return tuple(self.scenes(view) for view in scan.views)

    def examine(
        self, scan: Scan, threshold: float | None = None, seen: Sequence[SeenView] | None = None
    ) -> tuple[Detections, float]:
        """As `Engine.examine`, at the pitch of the containers and weighed by where each finding lies.

        seen: what `look` gave; None: look now.
        """
        looked = self.look(scan) if seen is None else seen
        at_pitch = at_pitch_of_containers(scan, looked)
        return self.engine.examine(at_pitch, threshold, weigh=lambda found: weighed(found, looked))

    def heat(self, tile: Floats, where: str) -> Floats:
        """As `Engine.heat`: what the network says, wherever it is."""
        return self.engine.heat(tile, where)


def at_pitch_of_containers(scan: Scan, seen: Sequence[SeenView]) -> Scan:
    """The scan with a pitch for each view that has none and shows a whole container; the others stay as they are."""
    views = (
        view if view.pitch_mm is not None else replace(view, pitch_mm=one.pitch_mm())
        for view, one in zip(scan.views, seen, strict=True)
    )
    return replace(scan, views=tuple(views))


def look_at(examiner: object, scan: Scan) -> tuple[SeenView, ...]:
    """What an examiner sees of each view as a whole; of one that does not look, what can be said all the same: how much
    of the view the beam did not get through."""
    if isinstance(examiner, Sighted):
        return examiner.look(scan)
    return tuple(SeenView(view.size_wh, (), None, unpenetrated(view)) for view in scan.views)


def table_of(seen: SeenView) -> dict[str, Any]:
    """A view as reports, the archive and the service give it; keys as in detections.schema.json."""
    return {
        "containers": [
            {
                "box": [round(edge, 1) for edge in one.box],
                "score": round(one.score, 4),
                "empty": round(one.empty, 4),
                "fill": round(one.fill, 3),
                "doors": one.door_end,
                "reefer_unit": None if one.unit is None else [round(edge, 1) for edge in one.unit],
                "pitch_mm": [round(side, 3) for side in one.pitch_mm],
                "unpenetrated": round(one.unpenetrated, 4),
            }
            for one in seen.containers
        ],
        "tractor": None if seen.tractor is None else [round(edge, 1) for edge in seen.tractor],
        "empty": None if seen.empty is None else round(seen.empty, 4),
        "fill": None if seen.fill is None else round(seen.fill, 3),
        "cargo": [{"hs": heading, "probability": round(chance, 4)} for heading, chance in seen.cargo[:TOLD]],
        "unpenetrated": round(seen.unpenetrated, 4),
    }


def zones_of(found: Detections, seen: Sequence[SeenView]) -> list[Zone]:
    """The zone of each finding, row by row."""
    return [seen[view].zone(box) for view, box in zip(found.view, found.boxes, strict=True)]


def weighed(found: Detections, seen: Sequence[SeenView]) -> Detections:
    """The same rows, with scores weighed by their zones."""
    scores = [
        weighed_score(float(score), zone) for score, zone in zip(found.scores, zones_of(found, seen), strict=True)
    ]
    return replace(found, scores=np.array(scores, np.float32))


def weighed_score(score: float, zone: Zone) -> float:
    """A network's score as it counts in a zone: in those that are BARE, its odds divided by BARE_ODDS."""
    return score / (score + BARE_ODDS * (1 - score)) if zone in BARE else score
