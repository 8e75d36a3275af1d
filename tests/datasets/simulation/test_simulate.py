"""From a plan to scans: repeatable, with truth that is really in the pixels."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from cargoscope.cli import app
from cargoscope.datasets.formats.package import read_package
from cargoscope.datasets.simulation.cargo.load import CARGO
from cargoscope.datasets.simulation.simulate import Plan, simulate, write_simulated
from cargoscope.datasets.truth import read_coco
from cargoscope.errors import SimulationError

LOADED = Plan(seed=5, clean_share=0.0, threats=(1, 3))


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_the_same_plan_and_index_give_the_same_scan_and_truth():
    (one, truth_one), (two, truth_two) = simulate(LOADED, 3), simulate(LOADED, 3)
    assert np.array_equal(one.views[0].pixels, two.views[0].pixels)
    assert one.taken_at == two.taken_at
    assert [thing.box for thing in truth_one.objects] == [thing.box for thing in truth_two.objects]


@pytest.mark.parametrize(
    "other", [Plan(seed=6, clean_share=0.0), Plan(seed=5, split="test", clean_share=0.0, threats=(1, 3))]
)
def test_another_seed_or_split_is_another_scene(other: Plan):
    one, two = simulate(LOADED, 3)[0].views[0].pixels, simulate(other, 3)[0].views[0].pixels
    assert one.shape != two.shape or not np.array_equal(one, two)


def test_a_scan_is_what_its_profile_says():
    scan, truth = simulate(LOADED, 0)
    assert scan.scan_id == truth.scan_id == "sim-linac-6-4-train-5-000000"
    assert scan.views[0].energies == ("6MV", "4MV")
    assert scan.views[0].pitch_mm == (6.0, 6.0)
    assert truth.views == (scan.views[0].size_wh,)
    old, _ = simulate(Plan("linac-6-8bit", 5), 0)
    assert (old.views[0].bits, old.views[0].energies) == (8, ("6MV",))


def test_open_beam_is_air_and_the_container_is_darker():
    pixels = simulate(LOADED, 0)[0].views[0].pixels[0] / 60000
    assert np.median(pixels[:5]) == pytest.approx(1.0, abs=0.03)
    assert pixels.min() < 0.05
    assert 0.1 < (pixels > 0.97).mean() < 0.8


def test_clean_plans_hold_nothing_and_others_as_many_as_asked_from_their_own_articles():
    assert simulate(Plan(seed=1, clean_share=1.0), 0)[1].objects == ()
    for index in range(4):
        _, truth = simulate(Plan(seed=2, split="validation", clean_share=0.0, threats=(1, 2)), index)
        assert 1 <= len(truth.objects) <= 2
        assert all(200 <= int(thing.instance.rsplit("-", 1)[1]) < 250 for thing in truth.objects)


def test_only_the_kinds_asked_for_are_hidden():
    _, truth = simulate(Plan(seed=4, clean_share=0.0, threats=(3, 3), kinds=("gas_cylinder",)), 1)
    assert {thing.kind for thing in truth.objects} == {"gas_cylinder"}


def test_boxes_are_tight_about_their_masks():
    for index in range(4):
        for thing in simulate(LOADED, index)[1].objects:
            mask = thing.mask
            assert mask[0].any()
            assert mask[-1].any()
            assert mask[:, 0].any()
            assert mask[:, -1].any()


def test_without_its_contraband_a_scan_differs_inside_the_masks_alone():
    visible = 0
    for index in range(4):
        with_it, truth = simulate(Plan(seed=11, clean_share=0.0, threats=(1, 1)), index)
        without, _ = simulate(Plan(seed=11, clean_share=1.0), index)
        pixels = [scan.views[0].pixels[0].astype(float) / 60000 for scan in (with_it, without)]
        change = abs(np.log(np.maximum(pixels[0], 1e-4)) - np.log(np.maximum(pixels[1], 1e-4)))
        (thing,) = truth.objects
        x1, y1, x2, y2 = (int(edge) for edge in thing.box)
        inside = change[y1:y2, x1:x2][thing.mask].mean()
        frame = 12
        change[max(y1 - frame, 0) : y2 + frame, max(x1 - frame, 0) : x2 + frame] = 0
        assert change.mean() < 0.002
        visible += inside > 0.05
    assert visible >= 2


def test_the_bytes_on_disk_do_not_depend_on_the_number_of_workers(tmp_path: Path):
    plan = Plan(seed=9, clean_share=0.3, threats=(1, 2))
    write_simulated(plan, 3, tmp_path / "one")
    write_simulated(plan, 3, tmp_path / "two", workers=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    truths = read_coco(tmp_path / "one" / "truth.json")
    assert [truth.scan_id for truth in truths] == [f"sim-linac-6-4-train-9-{i:06d}" for i in range(3)]
    scan = read_package(tmp_path / "one" / truths[1].file_name)
    assert np.array_equal(scan.views[0].pixels, simulate(plan, 1)[0].views[0].pixels)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"profile": "linac-99"}, "no scanner profile"),
        ({"seed": -1}, "seed must be"),
        ({"split": "exam"}, "split must be"),
        ({"clean_share": 1.5}, "clean_share"),
        ({"threats": (3, 2)}, "threats must be"),
        ({"kinds": ("dragon",)}, "kinds must be"),
        ({"kinds": ()}, "kinds must be"),
    ],
)
def test_an_impossible_plan_is_refused(arguments: dict[str, object], words: str):
    with pytest.raises(SimulationError, match=words):
        Plan(**arguments)  # type: ignore[arg-type]


def test_goods_are_declared_under_four_digit_headings():
    assert len(CARGO) >= 8
    for _, headings, _ in CARGO.values():
        assert all(len(heading) == 4 and heading.isdigit() for heading in headings)


def test_the_command_line_writes_scans_and_truth_and_refuses_in_a_sentence(tmp_path: Path):
    run = CliRunner().invoke(app, ["simulate", "--count", "2", "--seed", "3", "--output", str(tmp_path / "out")])
    assert run.exit_code == 0, run.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "sim-linac-6-4-train-3-000000.scan",
        "sim-linac-6-4-train-3-000001.scan",
        "truth.json",
    ]
    refused = CliRunner().invoke(app, ["simulate", "--profile", "linac-99", "--output", str(tmp_path / "none")])
    assert refused.exit_code == 1
    assert "no scanner profile named 'linac-99'" in refused.output
