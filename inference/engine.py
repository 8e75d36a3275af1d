"""Scan to Detections through onnxruntime: the one place where a model runs, for serving and for examinations alike."""

import logging
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from cargoscope import pixels
from cargoscope.detections import Detections
from cargoscope.errors import ModelError
from cargoscope.inference.tiling import centred_in, own_parts
from cargoscope.models.card import METADATA_KEY, MODEL_FILE, check_facts, read_card
from cargoscope.models.decode import decode, merge
from cargoscope.scan import Scan, View

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float32]

INPUT: Final = "tile"
HEAT: Final = "heat"
LTRB: Final = "ltrb"

SLACK_CELLS: Final = 2
"""How far, in cells of the map, a tile answers beyond its own part. Two tiles see one object at centres that differ by
a little; without slack, each could leave it to the other. `merge` then drops the double."""

SCORE_FLOOR: Final = 0.01
"""Below this a score is noise: it counts for nothing, not even for the order of scans."""

PROVIDER_OPTIONS: Final[dict[str, dict[str, str]]] = {
    "CUDAExecutionProvider": {"arena_extend_strategy": "kSameAsRequested"},
}
"""Tiles have one shape, so memory need not grow in powers of two."""


class Engine:
    """A model, loaded and warm. A context manager; threads may share it.

    folder: of a model (model.onnx, card.json). provider: the one onnxruntime execution provider to run on; threads:
    of onnxruntime, None for one per core. ModelError where the provider is not there, falls back to another, or the
    ONNX file, its metadata and the card do not agree.
    """

    def __init__(self, folder: Path, provider: str = "CPUExecutionProvider", threads: int | None = None) -> None:
        self.card = read_card(folder)
        self.provider = provider
        self._session: ort.InferenceSession | None = _open(folder / MODEL_FILE, provider, threads)
        check_facts(self.card, self._session.get_modelmeta().custom_metadata_map.get(METADATA_KEY))
        if self.card.channels != pixels.CHANNELS:
            raise ModelError(
                f"model {self.card.name}: needs channels {list(self.card.channels)}, this Cargoscope makes "
                f"{list(pixels.CHANNELS)}"
            )
        self._check_shapes()
        self._run(np.zeros((len(pixels.CHANNELS), *self.card.input_hw), np.float32), "warm-up")

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

    def detect(self, scan: Scan, threshold: float | None = None) -> Detections:
        """What the model finds in all views of a scan, best first.

        threshold: for every class, in place of those of the card; evaluation asks with a low one. Boxes are clipped to
        the view; one that lies outside of it, in the air that fills up a tile, is dropped.
        A view without a pitch is taken at pixels.ASSUMED_PITCH_MM, with a warning in the log.
        """
        return _merged(self._candidates(scan, self._thresholds(threshold)))

    def examine(self, scan: Scan, threshold: float | None = None) -> tuple[Detections, float]:
        """What `detect` gives, and how suspicious the whole scan is.

        The score counts everything down to SCORE_FLOOR, so that scans without a finding still have an order.
        """
        thresholds = self._thresholds(threshold)
        candidates = self._candidates(scan, np.minimum(thresholds, np.float32(SCORE_FLOOR)))
        shown = candidates.where(candidates.scores >= thresholds[candidates.class_ids])
        return _merged(shown), scan_score(candidates)

    def heat(self, tile: Floats, where: str) -> Floats:
        """The map (K, h, w) of probabilities of one tile that `pixels.cut` made. where: what errors call it."""
        return self._run(tile, where)[0]

    def _thresholds(self, threshold: float | None) -> Floats:
        shown = [self.card.thresholds[kind] if threshold is None else threshold for kind in self.card.classes]
        return np.array(shown, np.float32)

    def _candidates(self, scan: Scan, thresholds: Floats) -> Detections:
        """What every tile answers for, with the doubles of neighbouring tiles still in it."""
        of_tiles = [Detections.none(self.card.classes)]
        for index, view in enumerate(scan.views):
            _warn_of_unknown_pitch(scan, view)
            planes = pixels.to_planes(view, self.card.pitch_mm)
            origins = pixels.tile_origins(planes.size_wh, self.card.input_hw, self.card.overlap)
            for origin_xy, part in zip(origins, own_parts(origins, self.card.input_hw), strict=True):
                where = f"scan {scan.scan_id}, view {view.name!r}, tile at {origin_xy}"
                of_tiles.append(self._in_tile(planes, origin_xy, part, thresholds, index, where))
        return _joined(of_tiles)

    def _in_tile(
        self, planes: pixels.Planes, origin_xy: tuple[int, int], part: Floats, thresholds: Floats, view: int, where: str
    ) -> Detections:
        """What one tile shows of the part that it answers for, in pixels of the view and inside of it."""
        heat, ltrb = self._run(pixels.cut(planes, origin_xy, self.card.input_hw), where)
        boxes_input, scores, class_ids = decode(heat, ltrb, self.card.stride, thresholds)
        part_input = part - np.array([*origin_xy, *origin_xy], np.float32)
        own = centred_in(boxes_input, part_input, SLACK_CELLS * self.card.stride)
        boxes = pixels.to_scan(boxes_input, origin_xy, planes)
        keep = own & (boxes[:, 2] > boxes[:, 0]) & (boxes[:, 3] > boxes[:, 1])
        views = np.full(len(scores), view, np.int32)
        return Detections(boxes[keep], views[keep], scores[keep], class_ids[keep], self.card.classes)

    def _run(self, tile: Floats, where: str) -> tuple[Floats, Floats]:
        """heat (K, h, w) and ltrb (4, h, w) of one tile."""
        if self._session is None:
            raise ModelError(f"the engine of model {self.card.name} was closed")
        heat, ltrb = self._session.run([HEAT, LTRB], {INPUT: tile[None]})
        if not (np.isfinite(heat).all() and np.isfinite(ltrb).all()):
            raise ModelError(f"model {self.card.name}: gave something that is not a number for {where}")
        return heat[0], ltrb[0]

    def _check_shapes(self) -> None:
        assert self._session is not None
        card = self.card
        cells = [side // card.stride for side in card.input_hw]
        expected = {
            INPUT: [1, len(card.channels), *card.input_hw],
            HEAT: [1, len(card.classes), *cells],
            LTRB: [1, 4, *cells],
        }
        got = {node.name: node for node in (*self._session.get_inputs(), *self._session.get_outputs())}
        if set(got) != set(expected):
            raise ModelError(f"model {card.name}: must have {sorted(expected)} as input and outputs, has {sorted(got)}")
        for name, shape in expected.items():
            if got[name].shape != shape or got[name].type != "tensor(float)":
                raise ModelError(
                    f"model {card.name}: {name} must be {shape} tensor(float), got {got[name].shape} {got[name].type}"
                )


def scan_score(found: Detections) -> float:
    """How suspicious a whole scan is, 0..1: the score of its strongest finding, 0 where nothing was found."""
    return float(found.scores.max()) if len(found) else 0.0


def _open(path: Path, provider: str, threads: int | None) -> ort.InferenceSession:
    """A session on exactly that provider, or ModelError: no fallback, for the whole graph or for parts of it."""
    offered = ort.get_available_providers()
    if provider not in offered:
        raise ModelError(f"asked for {provider}, this onnxruntime offers {offered}")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or 0
    options.log_severity_level = 3
    options.use_deterministic_compute = True
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


def _joined(parts: Sequence[Detections]) -> Detections:
    return Detections(
        boxes=np.concatenate([one.boxes for one in parts]),
        view=np.concatenate([one.view for one in parts]),
        scores=np.concatenate([one.scores for one in parts]),
        class_ids=np.concatenate([one.class_ids for one in parts]),
        classes=parts[0].classes,
    )


def _merged(candidates: Detections) -> Detections:
    """One detection per object and view, best first."""
    kept = [np.zeros(0, np.intp)]
    for view in np.unique(candidates.view):
        rows = np.flatnonzero(candidates.view == view)
        kept.append(rows[merge(candidates.boxes[rows], candidates.scores[rows], candidates.class_ids[rows])])
    rows = np.concatenate(kept)
    return candidates.where(rows[np.argsort(-candidates.scores[rows], kind="stable")])


def _warn_of_unknown_pitch(scan: Scan, view: View) -> None:
    if view.pitch_mm is None:
        log.warning(
            "scan %s, view %r: the pixel pitch is unknown, %s mm is assumed; sizes may be off",
            scan.scan_id, view.name, pixels.ASSUMED_PITCH_MM,
        )  # fmt: skip
