"""What looking again costs and what leaving it out loses: scans examined with one look, as served, and with all looks.

python benchmarks/second_look.py MODEL_FOLDER --data SCANS [--every 6] [--threads 2]

The three take turns, scan by scan, so that a busy machine slows all of them. The model must be one that looks at a tile
again where it sees anything (`second_look` in its card).
"""

import argparse
from contextlib import ExitStack
from pathlib import Path
from statistics import mean, median
from time import perf_counter

from cargoscope.datasets.manifest import from_folder
from cargoscope.inference.engine import Engine
from cargoscope.training.cache import open_package

LEVELS = (0.3, 0.4, 0.5, 0.6)
WAYS = {"one look": 1.0, "as served": None, "all looks": 0.0}
"""What the heat must reach to look again, mirrored and from farther away; None: what the card says."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--every", type=int, default=6, help="take every so many scans")
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    times: dict[str, list[float]] = {way: [] for way in WAYS}
    scores: dict[str, list[float]] = {way: [] for way in WAYS}
    with ExitStack() as stack:
        engines = {
            way: stack.enter_context(Engine(options.model, threads=options.threads, second_look=above))
            for way, above in WAYS.items()
        }
        above = engines["as served"].card.second_look
        if above is None:
            parser.error(f"{options.model}: this model has no second_look in its card")
        for sample in list(from_folder(options.data))[:: options.every]:
            scan = open_package(sample)
            for way, engine in engines.items():
                began = perf_counter()
                _, score = engine.examine(scan)
                times[way].append(1000 * (perf_counter() - began))
                scores[way].append(score)
    print(f"{len(times['as served'])} scans; as served, it looks again from {above} on")
    for way, took in times.items():
        of_all = mean(took) / mean(times["all looks"])
        counts = ", ".join(f"{level} {sum(score >= level for score in scores[way])}" for level in LEVELS)
        print(
            f"{way:9}: median {median(took):.1f} ms, mean {mean(took):.1f} ms, {of_all:.2f} of all looks; from {counts}"
        )
    pairs = zip(scores["as served"], scores["all looks"], strict=True)
    apart = [abs(one - other) for one, other in pairs if max(one, other) >= LEVELS[0]]
    print(
        f"of {len(apart)} scans that score {LEVELS[0]} and more, scores differ by {max(apart, default=0):.4f} at most"
    )


if __name__ == "__main__":
    main()
