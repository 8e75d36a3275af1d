"""Builders for tests: every argument has a sensible default, so that a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from math import ceil, floor
from pathlib import Path

import numpy as np

from cargoscope.datasets.archive import Officer
from cargoscope.datasets.truth import Mask, ScanTruth, TruthObject
from cargoscope.detections import Detections, Finding
from cargoscope.models.card import METADATA_KEY, MODEL_FILE, ModelCard, running_facts, sha256_of, write_card
from cargoscope.review import Decision, Disposition, Judgement, Verdict
from cargoscope.scan import Scan, View

CLASSES = ("firearm", "narcotics_package", "cigarettes", "gas_cylinder")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def view(
    width: int = 64,
    height: int = 48,
    energies: tuple[str, ...] = ("6MV", "4MV"),
    level: int = 40000,
    pitch_mm: tuple[float, float] | None = (6.0, 6.0),
    name: str = "side",
    bits: int = 16,
) -> View:
    """A flat view: every pixel lets the same share of the beam through."""
    pixels = np.full((len(energies), height, width), level, np.uint16)
    return View(pixels, energies, (60000,) * len(energies), pitch_mm, name, bits)


def scan(*views: View, scan_id: str = "scan-1", station_id: str = "gate-1") -> Scan:
    return Scan(scan_id, NOON, station_id, views or (view(),))


def found(*rows: Finding, classes: tuple[str, ...] = CLASSES) -> Detections:
    return Detections.of(rows, classes)


def finding(
    box: tuple[float, float, float, float] = (10, 10, 30, 20), score: float = 0.9, kind: str = "firearm", view: int = 0
) -> Finding:
    return Finding(view, box, score, kind)


def decision(
    *verdicts: Verdict,
    added: tuple[Finding, ...] = (),
    disposition: Disposition = Disposition.INSPECT,
    reason: str = "dense object behind the doors",
    scan_id: str = "scan-1",
    model_id: str = "0" * 64,
    supersedes: str | None = None,
) -> Decision:
    return Decision(
        decision_id="decision-1",
        scan_id=scan_id,
        model_id=model_id,
        officer="lan",
        verdicts=verdicts,
        added=added,
        disposition=disposition,
        reason=reason,
        decided_at=NOON,
        dwell_s=21.5,
        supersedes=supersedes,
    )


def confirmed(row: int) -> Verdict:
    return Verdict(row, Judgement.CONFIRM)


def rejected(row: int) -> Verdict:
    return Verdict(row, Judgement.REJECT)


def cargo_view(
    *blobs: tuple[int, int, int, int],
    width: int = 600,
    height: int = 240,
    energies: tuple[str, ...] = ("6MV", "4MV"),
    pitch_mm: tuple[float, float] | None = (6.0, 6.0),
    name: str = "side",
    seed: int = 0,
    ratio: float = 0.87,
) -> View:
    """Even cargo (attenuation .5) with a little noise and, at each blob (x1 y1 x2 y2), a much denser object.

    ratio: of its attenuations at the first energy and the next; .83 is organic, and .87 on the border of metal.
    """
    thickness = np.random.default_rng(seed).normal(0.5, 0.01, (height, width))
    for x1, y1, x2, y2 in blobs:
        thickness[y1:y2, x1:x2] += 1.5
    planes = [60000 * np.exp(-np.maximum(thickness, 0) / (1 - (1 - ratio) * index)) for index in range(len(energies))]
    return View(np.stack(planes).round().astype(np.uint16), energies, (60000,) * len(energies), pitch_mm, name)


def tiny_model(
    folder: Path,
    classes: tuple[str, ...] = CLASSES,
    threshold: float = 0.5,
    parent: str | None = None,
    name: str = "tiny",
    reach_px: float = 20.0,
    second_look: float | None = None,
    far_pitch_mm: float | None = None,
) -> Path:
    """A real model folder (a few kB of ONNX and its card) that finds compact objects denser than their surroundings.

    It averages the contrast channel over a neighbourhood of five cells and calls a peak the first class; the box
    reaches reach_px tile pixels (of 6 mm) to each side. Another name gives another model_id.
    """
    from onnx import TensorProto, helper, numpy_helper, save

    k, stride, side = len(classes), 8, 512
    bell = np.exp(-0.5 * (np.arange(-2, 3) / 0.9) ** 2)
    blob = np.kron(np.outer(bell, bell) / bell.sum() ** 2, np.full((stride, stride), 1 / stride**2))
    weights = np.zeros((k, 4, 5 * stride, 5 * stride), np.float32)
    weights[0, 1] = 12.0 * blob
    bias = np.full(k, -9.0, np.float32)
    bias[0] = -3.6
    reach = np.full((1, 4, side // stride, side // stride), reach_px, np.float32)
    pad = 2 * stride
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["tile", "w", "b"], ["logits"], strides=[stride] * 2, pads=[pad] * 4),
            helper.make_node("Sigmoid", ["logits"], ["heat"]),
            helper.make_node("Identity", ["reach"], ["ltrb"]),
        ],
        name,
        [helper.make_tensor_value_info("tile", TensorProto.FLOAT, [1, 4, side, side])],
        [
            helper.make_tensor_value_info("heat", TensorProto.FLOAT, [1, k, side // stride, side // stride]),
            helper.make_tensor_value_info("ltrb", TensorProto.FLOAT, list(reach.shape)),
        ],
        [
            numpy_helper.from_array(weights, "w"),
            numpy_helper.from_array(bias, "b"),
            numpy_helper.from_array(reach, "reach"),
        ],
    )
    card = ModelCard(
        model_id="0" * 64,
        name=name,
        classes=classes,
        input_hw=(side, side),
        pitch_mm=6.0,
        stride=stride,
        overlap=128,
        thresholds=dict.fromkeys(classes, threshold),
        created_at=NOON,
        parent=parent,
        mirrored=second_look is not None,
        second_look=second_look,
        far_pitch_mm=far_pitch_mm,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    helper.set_model_props(model, {METADATA_KEY: running_facts(card)})
    folder.mkdir(parents=True, exist_ok=True)
    save(model, folder / MODEL_FILE)
    write_card(folder, replace(card, model_id=sha256_of(folder / MODEL_FILE)))
    return folder


def truth_object(
    kind: str = "firearm",
    instance: str = "firearm-1",
    view: int = 0,
    box: tuple[float, float, float, float] = (10.0, 5.0, 30.0, 17.0),
    cnr: float = 4.0,
    areal_density_g_cm2: float = 8.0,
    hidden_fraction: float = 0.1,
    mask: Mask | None = None,
) -> TruthObject:
    """An object whose mask fills its box."""
    if mask is None:
        mask = np.ones((ceil(box[3]) - floor(box[1]), ceil(box[2]) - floor(box[0])), np.bool_)
    return TruthObject(kind, instance, view, box, cnr, areal_density_g_cm2, hidden_fraction, mask)


def scan_truth(
    *objects: TruthObject, scan_id: str = "scan-1", cargo: tuple[str, ...] = ("4407",), profile: str = "linac-6-4"
) -> ScanTruth:
    return ScanTruth(scan_id, f"{scan_id}.scan", ((64, 48),), objects, cargo, profile)


def officer(name: str = "lan", *roles: str) -> Officer:
    """An account with a password here; an officer's where no role is given."""
    made_at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    return Officer(name, frozenset(roles or ("officer",)), False, False, None, made_at)
