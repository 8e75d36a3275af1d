"""Findings in a scan, as columns that were checked once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cargoscope.errors import DetectionError


@dataclass(frozen=True)
class Finding:
    """One row of Detections, for people and for JSON."""

    view: int
    box: tuple[float, float, float, float]
    score: float
    kind: str


@dataclass(frozen=True, eq=False)
class Detections:
    """N findings.

    boxes: (N, 4) float32, x1 y1 x2 y2 in pixels of the original view, x1 < x2 and y1 < y2.
    view: (N,) int32, index of the view. scores: (N,) float32 in 0..1.
    class_ids: (N,) int32, index into classes, which are ids of the taxonomy.
    """

    boxes: npt.NDArray[np.float32]
    view: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float32]
    class_ids: npt.NDArray[np.int32]
    classes: tuple[str, ...]

    def __post_init__(self) -> None:
        n = len(self.scores)
        expected = {
            "boxes": ((n, 4), np.float32),
            "view": ((n,), np.int32),
            "scores": ((n,), np.float32),
            "class_ids": ((n,), np.int32),
        }
        for column, (shape, dtype) in expected.items():
            got = getattr(self, column)
            if got.shape != shape or got.dtype != dtype:
                raise DetectionError(f"{column} must be {shape} {np.dtype(dtype)}, got {got.shape} {got.dtype}")
        if n == 0:
            return
        if not np.isfinite(self.boxes).all():
            raise DetectionError("boxes must be finite numbers")
        if not ((self.boxes[:, 0] < self.boxes[:, 2]) & (self.boxes[:, 1] < self.boxes[:, 3])).all():
            raise DetectionError("every box must have x1 < x2 and y1 < y2")
        if not ((self.scores >= 0) & (self.scores <= 1)).all():
            raise DetectionError(f"scores must be 0..1, got {self.scores.min()}..{self.scores.max()}")
        if self.class_ids.min() < 0 or self.class_ids.max() >= len(self.classes):
            raise DetectionError(
                f"class_ids must be 0..{len(self.classes) - 1}, got {self.class_ids.min()}..{self.class_ids.max()}"
            )
        if self.view.min() < 0:
            raise DetectionError(f"view must not be negative, got {self.view.min()}")

    def __len__(self) -> int:
        return len(self.scores)

    def __iter__(self) -> Iterator[Finding]:
        for box, view, score, class_id in zip(self.boxes, self.view, self.scores, self.class_ids, strict=True):
            x1, y1, x2, y2 = (float(edge) for edge in box)
            yield Finding(int(view), (x1, y1, x2, y2), float(score), self.classes[class_id])

    @classmethod
    def none(cls, classes: Sequence[str]) -> "Detections":
        return cls.of([], classes)

    @classmethod
    def of(cls, findings: Sequence[Finding], classes: Sequence[str]) -> "Detections":
        """Columns from rows; a kind that is not among classes is refused."""
        for finding in findings:
            if finding.kind not in classes:
                raise DetectionError(f"no class {finding.kind!r}; there are {list(classes)}")
        return cls(
            boxes=np.array([f.box for f in findings], np.float32).reshape(-1, 4),
            view=np.array([f.view for f in findings], np.int32),
            scores=np.array([f.score for f in findings], np.float32),
            class_ids=np.array([list(classes).index(f.kind) for f in findings], np.int32),
            classes=tuple(classes),
        )

    def where(self, keep: npt.NDArray[np.bool_] | npt.NDArray[np.intp]) -> "Detections":
        """The rows that a mask keeps, or that an index array orders."""
        return Detections(self.boxes[keep], self.view[keep], self.scores[keep], self.class_ids[keep], self.classes)
