"""The commands of the open benchmark: build, verify, report."""

from pathlib import Path
from typing import Annotated

import typer

from cargoscope.cli_edge import sentences

app = typer.Typer()
benchmark = typer.Typer(no_args_is_help=True, help="The open benchmark: simulated containers, made from seeds.")
app.add_typer(benchmark, name="benchmark")

Built = Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Folder of a built benchmark.")]


@benchmark.command()
def build(
    output: Annotated[Path, typer.Option(help="Folder to write; an interrupted build goes on in it.")],
    tier: Annotated[str, typer.Option(help="full, or small for a laptop.")] = "small",
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the work.")] = 1,
    part: Annotated[str, typer.Option(help="Only test or validation; the rest may follow later.")] = "",
    subject: Annotated[str, typer.Option(help="Only clean or one headline class; the rest may follow later.")] = "",
    every: Annotated[int, typer.Option(min=1, help="Only each so many-th scan: a subset, not the tier.")] = 1,
) -> None:
    """Make the benchmark's scans and truth, and SHA256SUMS beside them.

    Example: cargoscope benchmark build --tier small --output bench
    Or: cargoscope benchmark build --tier full --part test --every 10 --workers 2 --output bench-tenth
    """
    from cargoscope.datasets.benchmark import Only, cells, read_sums, reference_sums
    from cargoscope.datasets.benchmark import build as make

    with sentences():
        made = read_sums(make(tier, output, workers, Only(part, subject, every)).read_text("utf-8"))
        expected = reference_sums(tier) if every == 1 else {}
        whole = sum(cell.count for cell in cells(tier))
    scans = sum(name.endswith(".scan") for name in made)
    of_all = "" if scans == whole else f", a subset of the {whole} of tier {tier}: figures from it must be called so"
    typer.echo(f"{scans} scans in {output}{of_all}")
    if expected:
        apart = sum(made[name] != expected.get(name) for name in made)
        same = "all files are those of the reference platform" if not apart else f"{apart} of {len(made)} files differ"
        typer.echo(f"{same}{'' if not apart else ' from the reference platform; `benchmark compare` says by how much'}")


@benchmark.command()
def compare(one: Built, other: Built) -> None:
    """Compare two builds, such as those of two machines; fails where their truth or too many pixels differ.

    Example: cargoscope benchmark compare bench bench-of-another-machine
    """
    from cargoscope.datasets.benchmark import MOST_BEYOND, apart

    with sentences():
        found = apart(one, other)
    typer.echo(
        f"{found.equal:.4%} of the pixels are equal, {found.beyond:.2g} of them more than one count apart "
        f"(at most {MOST_BEYOND:.0e} may be), the furthest {found.worst}; objects of {found.truths} scans differ"
    )
    if not found.same:
        raise typer.Exit(1)


@benchmark.command()
def report(
    scores: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON of `cargoscope evaluate`.")],
    output: Annotated[Path, typer.Option(help="Folder for table.txt and the plots.")],
) -> None:
    """Lay out what `cargoscope evaluate` measured: a table by class, visibility, scanner and placement, and plots.

    Example: cargoscope evaluate --model runs/s1/model --data bench/test --output scores.json
    Then: cargoscope benchmark report scores.json --output report
    """
    from cargoscope.training.report import write_report

    with sentences():
        typer.echo(write_report(scores, output))
