"""How long models take for a tile and for a 40-ft container in two energies, side by side.

python benchmarks/engine_latency.py MODEL_FOLDER [MODEL_FOLDER ...] [--threads 1] [--rounds 20]

The scan is 2500×600 pixels of 5 mm, two energies: even cargo with noise, so that nothing but the sizes matters. The
models take turns, round by round, so that a busy machine slows all of them: on such a one read the ratios to the first
model, and the minima, not the medians. "tile" is the network alone in onnxruntime; "scan" is all that the engine does;
"planes" is the part of it before the network.
"""

import argparse
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median

import onnxruntime as ort

from cargoscope import pixels
from cargoscope.inference.engine import Engine
from cargoscope.inference.latency import forty_foot, in_turns
from cargoscope.models.card import MODEL_FILE


def network_alone(model: Path, tile: pixels.Floats, threads: int | None) -> Callable[[], object]:
    """One tile through onnxruntime, with nothing around it."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or 0
    session = ort.InferenceSession(model / MODEL_FILE, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"tile": tile[None]})


def print_table(what: str, times: Mapping[str, list[float]]) -> None:
    first = next(iter(times.values()))
    for name, taken in times.items():
        print(
            f"{what:6} {name:40} median {median(taken):7.1f} ms, least {min(taken):7.1f} ms; "
            f"to the first: {median(taken) / median(first):.2f} by medians, {min(taken) / min(first):.2f} by least"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, nargs="+")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    scan = forty_foot()
    with ExitStack() as stack:
        engines = {str(one): stack.enter_context(Engine(one, threads=options.threads)) for one in options.models}
        card = next(iter(engines.values())).card
        planes = pixels.to_planes(scan.views[0], card.pitch_mm)
        origins = pixels.tile_origins(planes.size_wh, card.input_hw, card.overlap)
        tile = pixels.cut(planes, origins[0], card.input_hw)
        print(
            f"threads {options.threads or 'all'}; {len(origins)} tiles of {card.input_hw[1]}×{card.input_hw[0]} a scan"
        )
        networks = {str(one): network_alone(one, tile, options.threads) for one in options.models}
        print_table("tile", in_turns(networks, options.rounds))
        scans = {name: (lambda engine=engine: engine.examine(scan)) for name, engine in engines.items()}
        print_table("scan", in_turns(scans, options.rounds))
        print_table("planes", in_turns({"": lambda: pixels.to_planes(scan.views[0], card.pitch_mm)}, options.rounds))


if __name__ == "__main__":
    main()
