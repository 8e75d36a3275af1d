"""scores.json laid out for readers: one table of text, and plots."""

import json
from pathlib import Path
from typing import Any, Final

from cargoscope.errors import TrainingError

TITLES: Final = {
    "class": "class",
    "cnr": "contrast-to-noise ratio",
    "areal_density": "areal density, g/cm²",
    "placement": "placement",
    "profile": "scanner, one threshold for all",
    "profile_own_threshold": "scanner, its own threshold",
}
SIMULATED: Final = "Simulated scans: these rates say nothing of real traffic."


def write_report(scores: Path, output: Path) -> str:
    """Writes table.txt, froc.png, roc.png and detection.png into a folder; returns the table.

    Refused: a file that `cargoscope evaluate` did not write, or not with its details.
    """
    try:
        table = json.loads(scores.read_text("utf-8"))
        by, curves = table["details"]["by"], table["details"]["curves"]
    except (ValueError, KeyError, TypeError) as problem:
        raise TrainingError(f"{scores.name}: no scores with details, as `cargoscope evaluate` writes them") from problem
    text = as_text(table)
    output.mkdir(parents=True, exist_ok=True)
    (output / "table.txt").write_text(text + "\n", "utf-8")
    _plots(by, curves, output)
    return text


def as_text(table: dict[str, Any]) -> str:
    """Detection rates in per cent with their 95 % intervals: a line per band, a column per false-alarm rate."""
    fars = [point["far"] for point in table["points"]]
    lines = [
        f"model {table['model_id'][:12]}, {table['n_clean']} clean scans, {table['n_threat']} with contraband",
        SIMULATED,
        "",
        f"{'false-alarm rate':34}" + "".join(f"{far:>22.1%}" for far in fars) + f"{'scans':>8}",
        _line("clean scans that alarm", [point["alarms"] for point in table["points"]]),
        _line("all", [point["pd"] for point in table["points"]]),
        _line("all of CNR 3 and more", [point["pd_clear"] for point in table["points"]]),
    ]
    for axis, bands in table["details"]["by"].items():
        lines += ["", f"by {TITLES.get(axis, axis)}"]
        lines += [_line(name, points) for name, points in bands.items()]
    coco = table["details"].get("coco", {})
    lines += ["", f"{'average precision':34}{'AP .5':>10}{'COCO .5':>10}{'COCO .5:.95':>14}"]
    for kind, value in table["ap"].items():
        other = coco.get(kind, {})
        lines.append(f"  {kind:32}{_cell(value):>10}{_cell(other.get('ap50')):>10}{_cell(other.get('ap')):>14}")
    return "\n".join(lines)


def _line(name: str, rates: list[dict[str, Any]]) -> str:
    cells = "".join(
        f"{100 * rate['value']:7.1f} [{100 * rate['low']:5.1f}, {100 * rate['high']:5.1f}]"
        if rate["n"]
        else f"{'-':>22}"
        for rate in rates
    )
    return f"  {name:32}{cells}{rates[0]['n']:>8}"


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _plots(by: dict[str, Any], curves: dict[str, Any], output: Path) -> None:
    try:
        from matplotlib.figure import Figure
    except ImportError as problem:
        raise TrainingError("plots need the extra: pip install 'cargoscope[train]'") from problem
    for name, across, up in (
        ("froc", "false findings per clean scan", "share of objects hit"),
        ("roc", "share of clean scans that alarm", "share of scans with contraband detected"),
    ):
        figure = Figure((5, 4), layout="constrained")
        axes = figure.subplots()
        points = [(max(x, 1e-4), y) for x, y in curves[name]]
        axes.semilogx([x for x, _ in points], [y for _, y in points], marker=".")
        axes.set(xlabel=across, ylabel=up, ylim=(0, 1), title="simulated scans")
        axes.grid(alpha=0.3)
        figure.savefig(output / f"{name}.png", dpi=120)
    axes_of = [(axis, bands) for axis, bands in by.items() if axis != "profile_own_threshold"]
    figure = Figure((7, 2.6 * max(1, len(axes_of))), layout="constrained")
    for axes, (axis, bands) in zip(figure.subplots(max(1, len(axes_of)), squeeze=False)[:, 0], axes_of, strict=False):
        rates = [(name, points[-2]) for name, points in bands.items() if points[-2]["n"]]
        values = [rate["value"] for _, rate in rates]
        spread = [
            [max(rate["value"] - rate["low"], 0) for _, rate in rates],
            [max(rate["high"] - rate["value"], 0) for _, rate in rates],
        ]
        axes.bar([name for name, _ in rates], values, yerr=spread, capsize=3, color="#4c72b0")
        far = rates[0][1]["far"] if rates else 0
        axes.set(ylim=(0, 1), ylabel=f"Pd at {far:.1%}", title=TITLES.get(axis, axis))
        axes.tick_params(axis="x", rotation=20)
    figure.savefig(output / "detection.png", dpi=120)
