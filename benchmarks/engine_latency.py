"""How long the engine takes for a 40-ft container in two energies, in milliseconds and in tiles.

python benchmarks/engine_latency.py MODEL_FOLDER [--threads 1] [--rounds 5]

The scan is 2500×600 pixels of 5 mm, two energies: even cargo with noise, so that nothing but the sizes matters. The
ratio of the whole to (tiles × one tile) is what Cargoscope adds to the network itself; it does not depend on how busy
or fast the machine is.
"""

import argparse
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
import onnxruntime as ort

from cargoscope import pixels
from cargoscope.inference.engine import Engine
from cargoscope.models.card import MODEL_FILE, ModelCard
from cargoscope.scan import Scan, View


def forty_foot() -> Scan:
    """Cargo of attenuation 1 with 2 % noise, 12.5 m long and 3 m high."""
    thickness = np.random.default_rng(0).normal(1.0, 0.02, (600, 2500))
    planes = [60000 * np.exp(-thickness * factor) for factor in (0.87, 1.0)]
    view = View(np.stack(planes).astype(np.uint16), ("6MV", "4MV"), (60000, 60000), (5.0, 5.0))
    return Scan("benchmark", datetime(2026, 1, 1, tzinfo=UTC), "benchmark", (view,))


def network_alone(model: Path, card: ModelCard, threads: int | None) -> Callable[[], object]:
    """One tile through onnxruntime, with nothing around it."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or 0
    session = ort.InferenceSession(model / MODEL_FILE, options, providers=["CPUExecutionProvider"])
    tile = np.zeros((1, len(card.channels), *card.input_hw), np.float32)
    return lambda: session.run(None, {"tile": tile})


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """Median time of a call, after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        began = perf_counter()
        work()
        times.append(1000 * (perf_counter() - began))
    return median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    scan = forty_foot()
    with Engine(options.model, threads=options.threads) as engine:
        card = engine.card
        side_mm = card.input_hw[0] * card.pitch_mm
        pixels_of_one = View(scan.views[0].pixels[:, :, : int(side_mm / 5)], ("6MV", "4MV"), (60000, 60000), (5.0, 5.0))
        one_tile = Scan("one-tile", scan.taken_at, "benchmark", (pixels_of_one,))
        planes = pixels.to_planes(scan.views[0], card.pitch_mm)
        n_tiles = len(pixels.tile_origins(planes.size_wh, card.input_hw, card.overlap))
        whole = milliseconds(lambda: engine.examine(scan), options.rounds)
        single = milliseconds(lambda: engine.examine(one_tile), options.rounds)
        network = milliseconds(network_alone(options.model, card, options.threads), 4 * options.rounds)
        preparing = milliseconds(lambda: pixels.to_planes(scan.views[0], card.pitch_mm), options.rounds)
    print(f"model {card.name} {card.model_id[:12]} on {engine.provider}, threads {options.threads or 'all'}")
    print(f"network, one tile of {card.input_hw[1]}×{card.input_hw[0]}: {network:.1f} ms")
    print(f"scan of one tile: {single:.1f} ms")
    print(f"scan of 2500×600, two energies: {whole:.1f} ms for {n_tiles} tiles; of it planes {preparing:.1f} ms")
    print(f"whole scan / (tiles × network): {whole / (n_tiles * network):.2f}")


if __name__ == "__main__":
    main()
