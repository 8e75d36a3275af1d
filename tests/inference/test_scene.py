"""The released scene model on simulated scans, its report, zones and pitch; on real scans where they are at hand."""

import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from cargoscope.datasets.archive.scenes import KeptScene
from cargoscope.datasets.formats.package import write_package
from cargoscope.datasets.formats.read import find_scans, read_scan
from cargoscope.datasets.projection.pitch import read_yolo
from cargoscope.datasets.simulation.cargo.catalogue import CATALOGUE
from cargoscope.datasets.simulation.simulate import Plan, simulate
from cargoscope.datasets.simulation.vehicle.container import SIZES_MM
from cargoscope.datasets.truth import ScanTruth
from cargoscope.detections import Detections
from cargoscope.errors import ModelError
from cargoscope.inference.detect import detect_files
from cargoscope.inference.engine import Engine
from cargoscope.inference.scene import DEFAULT_SCENE, SceneReader, likely_length
from cargoscope.inference.sighted import SightedEngine, at_pitch_of_containers, look_at, table_of, weighed_score
from cargoscope.models.scene import Box, SeenContainer, SeenView
from cargoscope.scan import Scan
from tests import builders
from tests.inference.rig import keep, rig, wait_for

SCHEMA = json.loads((Path(__file__).parents[2] / "inference/detections.schema.json").read_text())
REAL = Path(os.environ.get("CARGOSCOPE_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
TRUCKS = REAL / "ajna_container_bbox"


@pytest.fixture(scope="module")
def reader() -> SceneReader:
    return SceneReader(threads=1)


@pytest.fixture(scope="module")
def trucks() -> list[tuple[Scan, ScanTruth]]:
    plan = Plan("linac-6-8bit", 9100, "test", 1.0, cargo=tuple(CATALOGUE), containers=tuple(SIZES_MM))
    return [simulate(plan, index) for index in range(3)]


def iou(one: Box, other: Box) -> float:
    wide = max(0.0, min(one[2], other[2]) - max(one[0], other[0]))
    tall = max(0.0, min(one[3], other[3]) - max(one[1], other[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return wide * tall / (sum(areas) - wide * tall)


def container(box: Box = (100, 50, 900, 450), **facts: object) -> SeenContainer:
    plain = SeenContainer(box, 0.9, 0.1, 0.5, (("0202", 0.7), ("4011", 0.3)), "right", 0.9, 12192.0, 2896.0)
    return replace(plain, **facts)  # type: ignore[arg-type]


def seen(*containers: SeenContainer, tractor: Box | None = None) -> SeenView:
    return SeenView((1000, 600), containers, tractor, 0.1)


def test_containers_of_simulated_trucks_are_where_they_are(
    reader: SceneReader, trucks: list[tuple[Scan, ScanTruth]]
) -> None:
    overlaps = [
        max((iou(one.box, true.box) for one in reader(scan.views[0]).containers), default=0.0)
        for scan, truth in trucks
        for true in truth.containers
    ]
    assert np.mean(np.array(overlaps) > 0.8) >= 2 / 3, overlaps


def test_a_view_of_nothing_holds_no_container_and_is_not_dark(reader: SceneReader) -> None:
    nothing = reader(builders.view(800, 300, level=60000))
    assert (nothing.containers, nothing.empty, nothing.fill, nothing.pitch_mm()) == ((), None, None, None)
    assert nothing.unpenetrated == 0
    assert nothing.zone((10, 10, 20, 20)) == "unknown"


@pytest.mark.parametrize("size", [(1, 1), (4000, 3), (60, 1200)])
def test_views_of_any_size_are_looked_at(reader: SceneReader, size: tuple[int, int]) -> None:
    width, height = size
    assert reader(builders.view(width, height, level=20000)).size_wh == size


def test_a_dark_load_is_counted_as_not_penetrated(reader: SceneReader, trucks: list[tuple[Scan, ScanTruth]]) -> None:
    view = trucks[0][0].views[0]
    (x1, y1, x2, y2), pixels = trucks[0][1].containers[0].box, view.pixels.copy()
    pixels[:, int(y1) : int(y2), int(x1) : int((x1 + x2) / 2)] = 0
    darkened = replace(view, pixels=pixels)
    assert look_at(None, Scan("s", builders.NOON, "g", (darkened,)))[0].unpenetrated > 0.3
    assert reader(darkened).unpenetrated > reader(view).unpenetrated


@pytest.mark.parametrize(
    ("centre", "zone"),
    [
        ((500, 200), "container"),
        ((880, 200), "doors"),
        ((110, 200), "reefer_unit"),
        ((500, 520), "chassis"),
        ((40, 430), "tractor"),
        ((980, 100), "outside"),
    ],
)
def test_each_place_has_its_zone(centre: tuple[float, float], zone: str) -> None:
    view = seen(container(unit=(100, 60, 140, 440)), tractor=(0, 200, 150, 600))
    x, y = centre
    assert view.zone((x - 5, y - 5, x + 5, y + 5)) == zone


def test_doors_at_the_other_end_are_the_doors() -> None:
    assert seen(container(door_end="left")).zone((105, 100, 115, 120)) == "doors"
    assert seen(container(door_end="left")).zone((885, 100, 895, 120)) == "container"


@pytest.mark.parametrize(
    ("odds", "wide_px", "length_mm"),
    [((2.0, 1.0, 0.0), 2200, 12192.0), ((2.0, 1.0, 0.0), 1000, 6058.0), ((0.0, 5.0, 0.0), 600, 6058.0)],
)
def test_a_length_that_no_speed_of_a_truck_explains_gives_way(
    odds: tuple[float, ...], wide_px: int, length_mm: float
) -> None:
    """Pixels are 6.5 mm high; 20 ft over 2200 of them would be 2.8 mm wide each, 40 ft over 600 would be 20 mm."""
    assert likely_length(np.array(odds, np.float32), (100.0, 100.0, 100.0 + wide_px, 500.0), 2600.0) == length_mm


def test_pitch_comes_from_a_whole_container_per_axis_where_there_is_one() -> None:
    whole, longer = container(length_mm=6058.0), container(box=(0, 50, 990, 450))
    assert seen(whole).pitch_mm() == pytest.approx((6058 / 800, 2896 / 400))
    assert seen(whole, longer).pitch_mm() == pytest.approx((6058 / 800, 2896 / 400))
    assert seen().pitch_mm() is None
    assert seen(container(box=(100, 50, 900, 100))).pitch_mm() is None, "57 mm a pixel"


@pytest.mark.parametrize(("box", "along"), [((0, 50, 900, 450), 12192 / 900), ((800, 50, 1000, 450), 2896 / 400)])
def test_of_a_container_that_an_edge_touches_the_height_counts_and_the_length_while_it_can_be_true(
    box: Box, along: float
) -> None:
    assert seen(container(box=box)).pitch_mm() == pytest.approx((along, 2896 / 400))


def test_what_the_scanner_says_of_the_pitch_stands() -> None:
    scan = builders.scan(builders.view(1000, 600, pitch_mm=None), builders.view(1000, 600, pitch_mm=(6, 6), name="top"))
    views = at_pitch_of_containers(scan, [seen(container())] * 2).views
    assert views[0].pitch_mm == pytest.approx((12192 / 800, 2896 / 400))
    assert views[1].pitch_mm == (6, 6), "what the scanner says stands"


def test_cargo_of_several_containers_counts_by_how_likely_each_is_loaded() -> None:
    view = seen(container(empty=1.0, cargo=(("1701", 1.0),)), container(box=(900, 50, 990, 450), empty=0.0))
    assert view.cargo[0] == ("0202", pytest.approx(0.7, abs=0.01))
    assert view.empty == 0.0


def test_the_report_tells_the_scene_and_keeps_every_finding_and_score(tmp_path: Path) -> None:
    write_package(tmp_path / "a.scan", builders.scan(builders.cargo_view((300, 100, 330, 130)), scan_id="a"))
    model = builders.tiny_model(tmp_path / "model")
    with SightedEngine(model, threads=1) as sighted, Engine(model, threads=1) as plain:
        with_scene, without = (detect_files(find_scans([tmp_path / "a.scan"]), one) for one in (sighted, plain))
    jsonschema.validate(with_scene, SCHEMA)
    jsonschema.validate(without, SCHEMA)
    for one, other in zip(with_scene["scans"], without["scans"], strict=True):
        assert one["score"] == other["score"]
        assert [found["box"] for found in one["detections"]] == [found["box"] for found in other["detections"]]
        assert all("zone" in found for found in one["detections"])
        assert other["views"][0]["empty"] is None


def test_beside_and_below_containers_the_odds_count_a_third_before_any_threshold(tmp_path: Path) -> None:
    scan = builders.scan(builders.cargo_view((300, 100, 330, 130)))
    with SightedEngine(builders.tiny_model(tmp_path / "model"), threads=1) as sighted:
        where = (100.0, 50.0, 800.0, 250.0)
        inside, (above, below) = container(box=where), (container(box=(100.0, y, 800.0, y + 9)) for y in (900.0, -50.0))
        loaded, _ = sighted.examine(scan, 0.02, [seen(inside)])
        nowhere, _ = sighted.examine(scan, 0.02, [seen()])
        assert len(loaded)
        assert loaded.scores.max() == nowhere.scores.max()
        full = float(loaded.scores.max())
        for zone, one in (("outside", above), ("chassis", below)):
            assert seen(one).zone(loaded.boxes[0]) == zone
            less, score = sighted.examine(scan, 0.02, [seen(one)])
            assert score == pytest.approx(full / (full + 3 * (1 - full)), abs=1e-6)
            assert score == less.scores.max()
            assert len(sighted.examine(scan, (full + score) / 2, [seen(one)])[0]) == 0
        assert len(sighted.examine(scan, (full + score) / 2, [seen(inside)])[0]) > 0


class SeesOneBelow(SightedEngine):
    """As if the only container hung below all that the picture shows."""

    def look(self, scan: Scan) -> tuple[SeenView, ...]:
        return tuple(seen(container(box=(100.0, 900.0, 800.0, 909.0))) for _ in scan.views)


def test_report_and_service_weigh_findings_by_where_they_lie(tmp_path: Path) -> None:
    scan = builders.scan(builders.cargo_view((300, 100, 330, 130)), scan_id="a")
    write_package(tmp_path / "a.scan", scan)
    with SightedEngine(builders.tiny_model(tmp_path / "model"), threads=1) as sighted:
        full = sighted.examine(scan, seen=[seen()])[1]
    third = pytest.approx(full / (full + 3 * (1 - full)), abs=1e-5)
    with SeesOneBelow(tmp_path / "model", threads=1) as sighted:
        (told,) = detect_files(find_scans([tmp_path / "a.scan"]), sighted, 0.02)["scans"]
    assert told["score"] == third
    assert max(one["score"] for one in told["detections"]) == third
    with rig(tmp_path / "rig", load=SeesOneBelow) as service:
        keep(service.archive, scan)
        wait_for(service.archive, "a")
        made = service.archive.case("a").analysis
        assert made is not None
        assert made.score == third
        below = service.client.get("/v1/scans/a/findings/0/evidence", headers=service.log_in()).json()
    with rig(tmp_path / "plain", load=SightedEngine) as service:
        keep(service.archive, scan)
        wait_for(service.archive, "a")
        plain = service.client.get("/v1/scans/a/findings/0/evidence", headers=service.log_in()).json()
    for name in ("score", "without"):
        assert below[name] == pytest.approx(weighed_score(plain[name], "chassis"), abs=1e-4)
    assert below["worth"] == plain["worth"], "the same pixels speak for it wherever it lies"


def test_the_service_keeps_and_gives_what_is_seen(tmp_path: Path) -> None:
    with rig(tmp_path, load=SightedEngine) as service:
        keep(service.archive, builders.scan(builders.view(900, 300), scan_id="now"))
        wait_for(service.archive, "now")
        answer = service.client.get("/v1/scans/now/scene", headers=service.log_in())
        assert answer.status_code == 200
        assert set(answer.json()["views"][0]) >= {"containers", "empty", "fill", "cargo", "unpenetrated"}
        assert service.client.get("/v1/scans/now/scene").status_code == 401
        assert service.client.get("/v1/scans/never/scene", headers=service.log_in()).status_code == 404
        table = table_of(seen(container()))
        service.archive.scenes.record(KeptScene("now", "0" * 64, (table,), ("doors",)))
        assert service.client.get("/v1/scans/now/scene", headers=service.log_in()).json()["zones"] == ["doors"]


def test_a_scene_model_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    for name in ("model.onnx", "card.json"):
        (tmp_path / name).write_bytes((DEFAULT_SCENE / name).read_bytes())
    with SceneReader(tmp_path):
        pass
    with (tmp_path / "model.onnx").open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match="the card is of model"):
        SceneReader(tmp_path)
    (tmp_path / "card.json").write_text("{}")
    with pytest.raises(ModelError, match="schema must be"):
        SceneReader(tmp_path)


def test_detections_without_a_scene_model_are_of_unknown_zone() -> None:
    assert look_at(Detections.none(("firearm",)), builders.scan())[0].zone((1, 1, 2, 2)) == "unknown"


@pytest.mark.skipif(not TRUCKS.is_dir(), reason=f"no real truck scans in {TRUCKS}")
def test_containers_of_real_trucks_are_found(reader: SceneReader) -> None:
    overlaps = []
    for path in sorted((TRUCKS / "images").iterdir())[::24]:
        view = read_scan(path, path.name, pseudo_colour=True).views[0]
        boxes = [one.box for one in reader(view).containers]
        true = read_yolo(TRUCKS / "labels" / f"{path.stem}.txt", view.size_wh)
        overlaps += [max((iou(box, one) for box in boxes), default=0.0) for one in true]
    assert np.mean(np.array(overlaps) >= 0.8) >= 0.7, overlaps
