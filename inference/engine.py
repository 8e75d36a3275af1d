"""Scan to Detections through onnxruntime: the one place where a model runs, for serving and for examinations alike."""

from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from cargoscope import pixels
from cargoscope.detections import Detections
from cargoscope.errors import ModelError
from cargoscope.inference.finding import Zones, candidates, merged
from cargoscope.inference.second_look import with_second_look
from cargoscope.models.card import METADATA_KEY, MODEL_FILE, check_facts, read_card
from cargoscope.scan import Scan

Floats = npt.NDArray[np.float32]

INPUT: Final = "tile"
HEAT: Final = "heat"
LTRB: Final = "ltrb"

SCORE_FLOOR: Final = 0.01
"""Below this a score is noise: it counts for nothing, not even for the order of scans."""

PROVIDER_OPTIONS: Final[dict[str, dict[str, str]]] = {
    "CUDAExecutionProvider": {"arena_extend_strategy": "kSameAsRequested"},
}
"""Tiles have one shape, so memory need not grow in powers of two."""

BATCH: Final = {"CPUExecutionProvider": 1}
"""Tiles at once, by provider. On a CPU one tile fills all cores, and more of them only take memory."""

USUAL_BATCH: Final = 8
BATCH_AXIS: Final = "batch"
"""Name of the free first axis of a network's input; a session fixes it, so that every shape is known beforehand."""


class Engine:
    """A model, loaded and warm. A context manager; threads may share it.

    folder: of a model (model.onnx, card.json). provider: the one onnxruntime execution provider to run on; threads:
    of onnxruntime, None for one per core. batch: tiles at once, None for what suits the provider; a network that was
    exported for one tile takes one. second_look: in place of the card's, of a model that has one; 0 looks at every
    tile again, mirrored, and at every finding from farther away, 1 at none. ModelError where the provider is not
    there, falls back to another, or the ONNX file, its metadata and the card do not agree.
    """

    def __init__(
        self,
        folder: Path,
        provider: str = "CPUExecutionProvider",
        threads: int | None = None,
        batch: int | None = None,
        second_look: float | None = None,
    ) -> None:
        self.card = read_card(folder)
        self.provider = provider
        wanted = batch or BATCH.get(provider, USUAL_BATCH)
        self._session: ort.InferenceSession | None = open_session(folder / MODEL_FILE, provider, threads, wanted)
        self.batch = _batch_of(self._session)
        check_facts(self.card, self._session.get_modelmeta().custom_metadata_map.get(METADATA_KEY))
        if self.card.channels != pixels.CHANNELS:
            raise ModelError(
                f"model {self.card.name}: needs channels {list(self.card.channels)}, this Cargoscope makes "
                f"{list(pixels.CHANNELS)}"
            )
        self._check_shapes()
        above = self.card.second_look
        if above is not None and second_look is not None:
            above = second_look
        self._again_above = None if above is None else max(above, SCORE_FLOOR)
        self._run = self._look if above is None else with_second_look(self._look, above)
        self._look(np.zeros((self.batch, len(pixels.CHANNELS), *self.card.input_hw), np.float32), "warm-up")

    def __enter__(self) -> "Engine":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the session and its memory go. Calls that come later are refused."""
        self._session = None

    def __call__(self, scan: Scan) -> Detections:
        """What the model finds at the thresholds of its card."""
        return self.detect(scan)

    def detect(self, scan: Scan, threshold: float | None = None, zones: Zones | None = None) -> Detections:
        """What the model finds in all views of a scan, best first.

        threshold: for every class, in place of those of the card; evaluation asks with a low one. Boxes are clipped to
        the view; one that lies outside of it, in the air that fills up a tile, is dropped.
        zones: boxes in each view, such as its containers; nothing is said of what lies farther off. None: all of it.
        A view without a pitch is taken at pixels.ASSUMED_PITCH_MM, with a warning in the log.
        """
        return merged(self._candidates(scan, self._thresholds(threshold), zones))

    def examine(
        self,
        scan: Scan,
        threshold: float | None = None,
        zones: Zones | None = None,
        weigh: Callable[[Detections], Detections] = lambda found: found,
    ) -> tuple[Detections, float]:
        """What `detect` gives, and how suspicious the whole scan is.

        The score counts everything that the network scores SCORE_FLOOR and more, so that scans without a finding still
        have an order. weigh: lowers scores, row by row, before any threshold is asked.
        """
        thresholds = self._thresholds(threshold)
        everything = weigh(self._candidates(scan, np.minimum(thresholds, np.float32(SCORE_FLOOR)), zones))
        shown = everything.where(everything.scores >= thresholds[everything.class_ids])
        return merged(shown), scan_score(everything)

    def heat(self, tile: Floats, where: str) -> Floats:
        """The map (K, h, w) of probabilities of one tile that `pixels.cut` made. where: what errors call it."""
        heat, _ = self._run(self._alone(tile), where)
        return np.asarray(heat[0], np.float32)

    def _alone(self, tile: Floats) -> Floats:
        """A batch of one tile and, where it has room for more, air."""
        tiles = np.zeros((self.batch, *tile.shape), np.float32)
        tiles[0] = tile
        return tiles

    def _thresholds(self, threshold: float | None) -> Floats:
        shown = [self.card.thresholds[kind] if threshold is None else threshold for kind in self.card.classes]
        return np.array(shown, np.float32)

    def _candidates(self, scan: Scan, thresholds: Floats, zones: Zones | None) -> Detections:
        return candidates(scan, self.card, self._run, thresholds, self.batch, zones, self._again_above)

    def _look(self, tiles: Floats, where: str) -> tuple[Floats, Floats]:
        """What the network says: heat (B, K, h, w) and ltrb (B, 4, h, w) of as many tiles as a batch has."""
        if self._session is None:
            raise ModelError(f"the engine of model {self.card.name} was closed")
        heat, ltrb = self._session.run([HEAT, LTRB], {INPUT: tiles})
        if not (np.isfinite(heat).all() and np.isfinite(ltrb).all()):
            raise ModelError(f"model {self.card.name}: gave something that is not a number for {where}")
        return heat, ltrb

    def _check_shapes(self) -> None:
        assert self._session is not None
        card = self.card
        cells = [side // card.stride for side in card.input_hw]
        expected = {
            INPUT: [len(card.channels), *card.input_hw],
            HEAT: [len(card.classes), *cells],
            LTRB: [4, *cells],
        }
        got = {node.name: node for node in (*self._session.get_inputs(), *self._session.get_outputs())}
        if set(got) != set(expected):
            raise ModelError(f"model {card.name}: must have {sorted(expected)} as input and outputs, has {sorted(got)}")
        for name, rest in expected.items():
            shape = [self.batch, *rest]
            if got[name].shape not in (shape, [BATCH_AXIS, *rest]) or got[name].type != "tensor(float)":
                raise ModelError(
                    f"model {card.name}: {name} must be {shape} tensor(float), got {got[name].shape} {got[name].type}"
                )


def scan_score(found: Detections) -> float:
    """How suspicious a whole scan is, 0..1: the score of its strongest finding, 0 where nothing was found."""
    return float(found.scores.max()) if len(found) else 0.0


def _batch_of(session: ort.InferenceSession) -> int:
    """Tiles that a session takes at once."""
    first = session.get_inputs()[0].shape[:1]
    return first[0] if first and isinstance(first[0], int) else 1


def open_session(path: Path, provider: str, threads: int | None, batch: int) -> ort.InferenceSession:
    """A session on exactly that provider, or ModelError: no fallback, for the whole graph or for parts of it."""
    offered = ort.get_available_providers()
    if provider not in offered:
        raise ModelError(f"asked for {provider}, this onnxruntime offers {offered}")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.add_free_dimension_override_by_name(BATCH_AXIS, batch)
    options.log_severity_level = 3
    options.use_deterministic_compute = True
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # the next tiles need these cores
    if provider != "CPUExecutionProvider":
        options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    asked: list[Any] = [(provider, PROVIDER_OPTIONS.get(provider, {}))]
    try:
        session = ort.InferenceSession(path, options, providers=asked)
    except Exception as error:  # onnxruntime's errors share no other root
        raise ModelError(f"{path}: onnxruntime cannot load it on {provider}: {str(error)[:300]}") from error
    session.disable_fallback()
    if session.get_providers()[0] != provider:
        raise ModelError(f"asked for {provider}, onnxruntime gave {session.get_providers()}")
    return session
