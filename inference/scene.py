"""A view to what is seen of it as a whole, through onnxruntime: containers, what they hold, zones, what stayed dark."""

from pathlib import Path
from types import TracebackType
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from cargoscope.errors import ModelError
from cargoscope.inference.engine import open_session
from cargoscope.models.card import METADATA_KEY, MODEL_FILE
from cargoscope.models.registry import RELEASES
from cargoscope.models.scene import HEIGHT_MM, Box, SeenContainer, SeenView
from cargoscope.models.scene_canvas import CANVAS_HW, canvas, overview
from cargoscope.models.scene_card import check_facts, read_scene_card
from cargoscope.models.scene_decode import FACTS, LENGTHS_MM, Part, parts, pool_of
from cargoscope.penetration import unpenetrated
from cargoscope.scan import View

Floats = npt.NDArray[np.float32]

DEFAULT_SCENE: Final = RELEASES / "cargoscope-scene"
"""The scene model that the package carries."""


LONG_FROM: Final = 0.56
LONG_ODDS: Final = 12.0
LONG_AT_MOST: Final = 1.0
"""A truck that carries 40 ft is 16 to 20 m long, so a container over less than LONG_FROM of a picture is short: each
tenth less counts 1.2 in the logarithm of the odds. One that fills a picture may have been cut out: that says little."""

WIDER: Final = (0.65, 2.3)
"""How much wider than high a pixel is on a truck that drives through a portal (0.9 to 2 by the profiles), with a margin
for what is seen of heights. A wrong length class halves or doubles it."""


class SceneReader:
    """A scene model, loaded. A context manager; threads may share it. Calls take some milliseconds on one core.

    folder: of a scene model (model.onnx, card.json). ModelError where the file, its metadata and the card disagree.
    """

    def __init__(self, folder: Path = DEFAULT_SCENE, threads: int | None = None) -> None:
        self.card = read_scene_card(folder)
        self._session = open_session(folder / MODEL_FILE, "CPUExecutionProvider", threads, 1)
        check_facts(self.card, self._session.get_modelmeta().custom_metadata_map.get(METADATA_KEY))

    def __enter__(self) -> "SceneReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del self._session

    def __call__(self, view: View) -> SeenView:
        """What is seen of a view."""
        heat, ltrb, facts = self.maps(canvas(overview(view)))
        found = parts(heat, ltrb, self.card.threshold)
        width, height = view.size_wh
        scale = np.array([width / CANVAS_HW[1], height / CANVAS_HW[0]] * 2)

        def in_view(part: Part) -> Box:
            x1, y1, x2, y2 = (float(edge) for edge in np.array(part.box) * scale)
            return x1, y1, x2, y2

        units = [in_view(part) for part in found if part.kind == 2]
        seen = []
        for part in sorted((part for part in found if part.kind == 0), key=lambda part: part.box[0]):
            box = in_view(part)
            said = np.einsum("fhw,hw->f", facts, pool_of(part.box))
            seen.append(self._container(view, box, part.score, said, _unit_of(box, units)))
        tractors = sorted((part for part in found if part.kind == 1), key=lambda part: -part.score)
        dark = [one.unpenetrated for one in seen]
        share = float(np.average(dark, weights=[_area(one.box) for one in seen])) if seen else unpenetrated(view)
        return SeenView((width, height), tuple(seen), in_view(tractors[0]) if tractors else None, share)

    def maps(self, picture: Floats) -> tuple[Floats, Floats, Floats]:
        """heat (3, h, w), ltrb (12, h, w) and facts (F, h, w) of one canvas."""
        heat, ltrb, facts = self._session.run(["heat", "ltrb", "facts"], {"canvas": picture[None]})
        if not all(np.isfinite(plane).all() for plane in (heat, ltrb, facts)):
            raise ModelError(f"scene model {self.card.name}: gave something that is not a number")
        return heat[0], ltrb[0], facts[0]

    def _container(self, view: View, box: Box, score: float, said: Floats, unit: Box | None) -> SeenContainer:
        warm = self.card.temperatures
        right = _sigmoid(float(said[FACTS.index("doors_right")]) / warm["doors_right"])
        end: Literal["left", "right"] = "right" if right >= 0.5 else "left"
        first = FACTS.index("length_20")
        lengths = said[first : first + len(LENGTHS_MM)].copy()
        lengths[1:] += min(LONG_ODDS * ((box[2] - box[0]) / view.size_wh[0] - LONG_FROM), LONG_AT_MOST)
        apparent = HEIGHT_MM * float(np.exp(said[FACTS.index("height")]))
        return SeenContainer(
            box=box,
            score=score,
            empty=_sigmoid(float(said[FACTS.index("empty")]) / warm["empty"]),
            fill=_sigmoid(float(said[FACTS.index("fill")])),
            cargo=self._headings(said[len(FACTS) :] / warm["kinds"]),
            door_end=end,
            door_probability=max(right, 1 - right),
            length_mm=likely_length(lengths, box, apparent),
            apparent_mm=apparent,
            unit=unit,
            unpenetrated=unpenetrated(view, box),
        )

    def _headings(self, logits: Floats) -> tuple[tuple[str, float], ...]:
        """Probabilities of HS headings: those of the kinds, shared out among the headings of each."""
        chances = np.exp(logits - logits.max())
        total: dict[str, float] = {}
        for (_, headings), chance in zip(self.card.kinds.items(), chances / chances.sum(), strict=True):
            for heading, share in headings.items():
                total[heading] = total.get(heading, 0.0) + float(chance) * share
        return tuple(sorted(total.items(), key=lambda pair: -pair[1]))


def likely_length(odds: Floats, box: Box, apparent_mm: float) -> float:
    """The most likely of LENGTHS_MM (odds: logarithms, one each) of those that make a pixel as wide over its height as
    WIDER says; of all where none does."""
    nominal = np.array(list(LENGTHS_MM.values()))
    wider = nominal / (box[2] - box[0]) * (box[3] - box[1]) / apparent_mm
    sane = (wider >= WIDER[0]) & (wider <= WIDER[1])
    return float(nominal[np.argmax(np.where(sane, odds, -np.inf) if sane.any() else odds)])


def _unit_of(box: Box, units: list[Box]) -> Box | None:
    """The cooling unit whose middle lies in a container, at one of its ends."""
    for unit in units:
        x, y = (unit[0] + unit[2]) / 2, (unit[1] + unit[3]) / 2
        near_end = min(abs(x - box[0]), abs(box[2] - x)) <= 0.12 * (box[2] - box[0])
        if near_end and box[1] <= y <= box[3]:
            return unit
    return None


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _sigmoid(logit: float) -> float:
    return float(1 / (1 + np.exp(-np.clip(logit, -50, 50))))
