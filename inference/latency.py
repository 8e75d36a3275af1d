"""How long an examination takes, against what the network alone takes, and against what the machine can multiply."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from math import prod
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import onnxruntime as ort

from cargoscope import pixels
from cargoscope.errors import ModelError
from cargoscope.inference.engine import Engine, open_session
from cargoscope.inference.tiling import strips
from cargoscope.models.card import MODEL_FILE, ModelCard
from cargoscope.scan import Scan, View

SIDE = 1024
"""Of the square matrices whose product tells the machine's rate."""


@dataclass(frozen=True)
class Latency:
    """Of one model. scan_ms, least_ms: median and least of an examination. bare_ms: median of the network alone on the
    same tiles, one after the other. share: of an examination that the network takes at least (by medians). gflops: of
    the network alone, multiplications and additions, and as a share of the machine's matrix products; None where
    nobody can count them (the package onnx is missing). everywhere_ms: median of an examination that looks at
    every tile again, mirrored, as the model does where it sees anything; in this scan it sees nothing, and there is
    nothing to look at from farther away."""

    name: str
    tiles: int
    scan_ms: float
    least_ms: float
    bare_ms: float
    gflops: float | None
    of_machine: float | None
    everywhere_ms: float | None = None

    @property
    def share(self) -> float:
        return self.bare_ms / self.scan_ms

    def __str__(self) -> str:
        rate = "" if self.gflops is None else f", {self.gflops:.0f} GFLOP/s, {self.of_machine:.0%} of matrix products"
        everywhere = "" if self.everywhere_ms is None else f"; each tile mirrored too {self.everywhere_ms:7.1f} ms"
        return (
            f"{self.name:24} {self.scan_ms:7.1f} ms a scan (least {self.least_ms:.1f}), {self.tiles} tiles; the "
            f"network alone {self.bare_ms:7.1f} ms, {self.share:.2f} of it{rate}{everywhere}"
        )


def forty_foot() -> Scan:
    """Cargo of attenuation 1 with 2 % noise, 12.5 m long and 3 m high, 2500 × 600 pixels of two energies."""
    thickness = np.random.default_rng(0).normal(1.0, 0.02, (600, 2500))
    planes = [60000 * np.exp(-thickness * factor) for factor in (0.87, 1.0)]
    view = View(np.stack(planes).astype(np.uint16), ("6MV", "4MV"), (60000, 60000), (5.0, 5.0))
    return Scan("benchmark", datetime(2026, 1, 1, tzinfo=UTC), "benchmark", (view,))


def in_turns(works: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each call of each work, one of each per round, after a call that warms up. In turns, so that a
    busy machine slows all of them."""
    times: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    for _ in range(rounds):
        for name, work in works.items():
            began = perf_counter()
            work()
            times[name].append(1000 * (perf_counter() - began))
    return times


def measure(
    folders: Sequence[Path], provider: str = "CPUExecutionProvider", threads: int | None = None, rounds: int = 10
) -> list[Latency]:
    """Latencies of models on the same scan, in one run. Refused: no model, rounds below 1."""
    if not folders or rounds < 1:
        raise ModelError(f"a benchmark needs models and rounds from 1, got {len(folders)} and {rounds}")
    scan = forty_foot()
    with ExitStack() as stack:
        engines = [stack.enter_context(Engine(folder, provider, threads)) for folder in folders]
        works: dict[str, Callable[[], object]] = {}
        tiles = {}
        for folder, engine in zip(folders, engines, strict=True):
            works[f"scan {folder}"] = partial(engine.examine, scan)
            tiles[folder] = cut_tiles(engine, scan)
            session = open_session(folder / MODEL_FILE, provider, threads, engine.batch)
            works[f"bare {folder}"] = alone(session, tiles[folder])
            if engine.card.second_look is not None:
                thorough = stack.enter_context(Engine(folder, provider, threads, second_look=0.0))
                works[f"everywhere {folder}"] = partial(thorough.examine, scan)
        operations = {folder: multiplications(folder / MODEL_FILE) for folder in folders}
        looks = {folder: looks_inside(engine.card) for folder, engine in zip(folders, engines, strict=True)}
        counted = next((count // looks[folder] for folder, count in operations.items() if count), None)
        product = None if counted is None else matrix_product(provider, threads)
        if product is not None:
            works["product"] = product
        times = in_turns(works, rounds)
    machine = None if product is None else 2 * SIDE**3 / median(times["product"]) / 1e6
    latencies = []
    for folder, engine in zip(folders, engines, strict=True):
        scans, bare = times[f"scan {folder}"], median(times[f"bare {folder}"])
        n_tiles = sum(len(batch) for batch in tiles[folder])
        count = operations[folder] or (counted and counted * looks[folder])
        rate = None if count is None else 2 * count * n_tiles / bare / 1e6
        latencies.append(
            Latency(
                engine.card.name, n_tiles, median(scans), min(scans), bare, rate,
                None if rate is None or machine is None else rate / machine,
                median(times[f"everywhere {folder}"]) if f"everywhere {folder}" in times else None,
            )
        )  # fmt: skip
    return latencies


def looks_inside(card: ModelCard) -> int:
    """How often the ONNX file itself looks at each tile; a second look that is the engine's is not in it."""
    return 2 if card.mirrored and card.second_look is None else 1


def cut_tiles(engine: Engine, scan: Scan) -> list[pixels.Floats]:
    """The batches of tiles that an engine makes of the first view of a scan."""
    card, batches = engine.card, []
    for strip in strips(scan.views[0], card):
        planes = pixels.to_planes(strip.view, card.pitch_mm)
        tiles = [pixels.cut(planes, origin_xy, card.input_hw) for origin_xy in strip.origins]
        tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % engine.batch)
        batches += [np.stack(tiles[at : at + engine.batch]) for at in range(0, len(tiles), engine.batch)]
    return batches


def alone(session: ort.InferenceSession, batches: Sequence[pixels.Floats]) -> Callable[[], object]:
    """All batches through onnxruntime, with nothing around it."""
    return lambda: [session.run(None, {"tile": batch}) for batch in batches]


def multiplications(path: Path) -> int | None:
    """Of the convolutions of a network, for one tile, in both looks where it looks twice; None where they cannot be
    counted: without the package onnx, or for the weights of a quantised network."""
    try:
        import onnx
    except ImportError:
        return None
    model = onnx.load(path)
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    model = onnx.shape_inference.infer_shapes(model)
    kernels = {item.name: tuple(item.dims) for item in model.graph.initializer}
    casts = [node for node in model.graph.node if node.op_type == "Cast" and node.input[0] in kernels]
    kernels |= {node.output[0]: kernels[node.input[0]] for node in casts}
    known = [*model.graph.value_info, *model.graph.output]
    shapes = {item.name: [axis.dim_value for axis in item.type.tensor_type.shape.dim] for item in known}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    if not convolutions or any(node.input[1] not in kernels or node.output[0] not in shapes for node in convolutions):
        return None

    def of_one(kernel: str, output: str) -> int:
        looks, _, *places = shapes[output]
        return int(looks * prod(places) * prod(kernels[kernel]))

    return sum(of_one(node.input[1], node.output[0]) for node in convolutions)


def matrix_product(provider: str, threads: int | None) -> Callable[[], object] | None:
    """The product of two square matrices of SIDE in floats, by the same library on the same cores."""
    try:
        from onnx import TensorProto, helper
    except ImportError:
        return None
    info = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [SIDE, SIDE]) for name in ("a", "b", "c")]
    graph = helper.make_graph([helper.make_node("MatMul", ["a", "b"], ["c"])], "product", info[:2], info[2:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or 0
    session = ort.InferenceSession(model.SerializeToString(), options, providers=[provider])
    one, other = (np.random.default_rng(seed).random((SIDE, SIDE), np.float32) for seed in (0, 1))
    return lambda: session.run(None, {"a": one, "b": other})
