"""The open benchmark is the same for everybody, never mixes its splits, and goes on where it was interrupted."""

from pathlib import Path

import pytest

from cargoscope.datasets import benchmark
from cargoscope.datasets.benchmark import (
    HEADLINE,
    TIERS,
    Apart,
    Cell,
    Only,
    Size,
    apart,
    build,
    cells,
    read_sums,
    reference_sums,
)
from cargoscope.datasets.formats.package import write_package
from cargoscope.datasets.manifest import from_folder
from cargoscope.datasets.simulation.beam.profiles import shipped
from cargoscope.datasets.truth import read_coco, write_coco
from cargoscope.errors import SimulationError
from cargoscope.taxonomy import kinds
from tests.builders import scan, scan_truth, truth_object, view


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> str:
    """A tier of two clean scans and one threat on one small scanner."""
    monkeypatch.setitem(TIERS, "tiny", {"test": Size(2, 1)})
    monkeypatch.setattr(benchmark, "PROFILES", ("linac-6-35-mobile",))
    monkeypatch.setattr(benchmark, "HEADLINE", ("ammunition",))
    return "tiny"


def test_the_full_tier_holds_what_its_definition_says():
    test = [cell for cell in cells("full") if cell.part == "test"]
    assert sum(cell.count for cell in test if cell.subject == "clean") == 2000
    for kind in HEADLINE:
        assert sum(cell.count for cell in test if cell.subject == kind) == 865
    assert set(HEADLINE) <= set(kinds())
    assert {cell.profile for cell in test} == set(benchmark.PROFILES) <= set(shipped())


def test_the_held_out_scanner_is_in_the_test_part_alone():
    held_out = [name for name in benchmark.PROFILES if benchmark.is_held_out(name)]
    assert len(held_out) == 1
    for tier in TIERS:
        assert {cell.part for cell in cells(tier) if cell.profile in held_out} == {"test"}


def test_no_two_cells_share_scans_and_each_threat_is_alone():
    for tier in TIERS:
        plans = [(cell.plan.profile, cell.plan.split, cell.plan.seed) for cell in cells(tier)]
        assert len(set(plans)) == len(plans)
    for cell in cells("small"):
        if cell.subject != "clean":
            assert cell.plan.kinds == (cell.subject,)
            assert cell.plan.threats == (1, 1)
            assert {"cargo", "false_wall"} <= set(cell.plan.places)
        assert cell.plan.rich


def test_a_build_is_whole_goes_on_and_refuses_another_tier(tiny: str, tmp_path: Path):
    sums = build(tiny, tmp_path / "one")
    made = read_sums(sums.read_text("utf-8"))
    assert sorted(name.rsplit(".", 1)[1] for name in made) == ["json", "json", "scan", "scan", "scan"]
    cell = next(cell for cell in cells(tiny) if cell.subject == "clean")
    folder = tmp_path / "one" / cell.folder
    kept = read_coco(folder / "truth.json")
    (folder / "truth.json").unlink()
    (folder / kept[1].file_name).unlink()
    assert read_sums(build(tiny, tmp_path / "one").read_text("utf-8")) == made
    (folder / f"{kept[1].scan_id}.truth.json").write_text("{}", "utf-8")
    assert read_sums(build(tiny, tmp_path / "one").read_text("utf-8")) == made, "interrupted while it tidied up"
    with pytest.raises(SimulationError, match="another tier"):
        build("small", tmp_path / "one")

    manifest = from_folder(tmp_path / "one" / "test")
    assert len(manifest) == 3
    assert {sample.profile for sample in manifest} == {"linac-6-35-mobile"}
    (thing,) = [thing for sample in manifest for thing in sample.objects][:1]
    assert thing.placement
    assert thing.areal_density_g_cm2
    assert apart(tmp_path / "one", tmp_path / "one") == Apart(worst=0, equal=1.0, beyond=0.0, truths=0)


def test_a_part_is_built_first_and_the_rest_later_into_the_same_benchmark(tiny: str, tmp_path: Path):
    first = read_sums(build(tiny, tmp_path, only=Only(subject="clean")).read_text("utf-8"))
    assert {name.split("/")[1].split("-")[0] for name in first} == {"clean"}
    whole = read_sums(build(tiny, tmp_path).read_text("utf-8"))
    assert first.items() < whole.items()
    with pytest.raises(SimulationError, match="another tier, subset"):
        build(tiny, tmp_path, only=Only(every=2))


def test_a_subset_says_that_it_is_one_and_holds_scans_of_the_tier(tiny: str, tmp_path: Path):
    made = read_sums(build(tiny, tmp_path, only=Only(every=2)).read_text("utf-8"))
    scans = [name for name in made if name.endswith(".scan")]
    assert [name[-11:] for name in sorted(scans)] == ["000000.scan"] * 2
    assert "not the tier" in (tmp_path / "benchmark.json").read_text("utf-8")


@pytest.mark.parametrize("wrong", [{"part": "train"}, {"subject": "dragon"}])
def test_a_part_or_subject_that_no_tier_has_is_refused(wrong: dict[str, str]):
    with pytest.raises(SimulationError, match="must be one of"):
        Only(**wrong)


def test_pixels_of_two_builds_are_compared_in_counts_of_their_export(tmp_path: Path):
    for name, more in (("a", 0), ("b", 1), ("c", 3)):
        folder = tmp_path / name / "test" / "clean-x"
        folder.mkdir(parents=True)
        write_package(folder / "s.scan", scan(view(30, 20, level=5000 + more)))
        write_coco(folder / "truth.json", [scan_truth(truth_object(cnr=4.0 + more / 1000))])
    near, far = (apart(tmp_path / "a", tmp_path / other) for other in ("b", "c"))
    assert near == Apart(worst=1, equal=0.0, beyond=0.0, truths=0)
    assert near.same
    assert far == Apart(worst=3, equal=0.0, beyond=1.0, truths=0)
    assert not far.same
    moved = scan_truth(truth_object(box=(11.0, 5.0, 15.0, 9.0)))
    write_coco(tmp_path / "b" / "test" / "clean-x" / "truth.json", [moved])
    assert not apart(tmp_path / "a", tmp_path / "b").same
    with pytest.raises(SimulationError, match="do not hold the same scans"):
        apart(tmp_path / "a", tmp_path / "a" / "test")


def test_shipped_checksums_name_every_scan_of_the_small_tier():
    sums = reference_sums("small")
    if not sums:
        pytest.skip("no checksums of a reference platform are shipped for this version")
    expected = {f"{cell.folder}/truth.json" for cell in cells("small")} | {
        f"{cell.folder}/{scan_name(cell, index)}" for cell in cells("small") for index in range(cell.count)
    }
    assert set(sums) == expected


def scan_name(cell: Cell, index: int) -> str:
    return f"sim-{cell.profile}-{cell.part}-{cell.seed}-{index:06d}.scan"


def test_an_unknown_tier_is_refused():
    with pytest.raises(SimulationError, match="no tier named 'huge'"):
        cells("huge")
