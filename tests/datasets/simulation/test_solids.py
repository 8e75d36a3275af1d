"""Path lengths against closed forms, against each other, and against a ray caster of another kind."""

from itertools import pairwise

import numpy as np
import pytest

from cargoscope.datasets.simulation.beam.materials import STEEL
from cargoscope.datasets.simulation.canvas import Camera, Canvas
from cargoscope.datasets.simulation.solids import Mesh, Solid, add_solid, from_above, paths_mm, turn
from cargoscope.errors import SimulationError

CAMERA = Camera(source_y_mm=900.0, distance_mm=5000.0, pitch_mm=4.0, top_mm=3000.0)
SIZE_WH = (400, 760)
BOX_SIDES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]


def upright(shape: str, half_mm: tuple[float, float, float]) -> Solid:
    return Solid(shape, (700.0, 1200.0, 300.0), half_mm, np.eye(3))


def box_mesh(solid: Solid) -> Mesh:
    """The triangles of a box Solid; its corners come with x slowest and z fastest."""
    triangles = [(a, b, c) for p, q, r, s in BOX_SIDES for a, b, c in ((p, q, r), (p, r, s))]
    return Mesh(solid.corners_mm(), np.array(triangles))


def prism(outline: np.ndarray, length_mm: float, centre_mm: tuple[float, float, float], rotation: np.ndarray) -> Mesh:
    """A closed bar: outline (n, 2) in its own x and y, anticlockwise and star-shaped about 0, along its own z."""
    n = len(outline)
    ends = [np.column_stack([outline, np.full(n, z)]) for z in (-length_mm / 2, length_mm / 2)]
    middles = np.array([[0, 0, -length_mm / 2], [0, 0, length_mm / 2]])
    vertices = np.concatenate([*ends, middles])
    sides = []
    for a, b in pairwise([*range(n), 0]):
        sides += [(b, a, 2 * n), (n + a, n + b, 2 * n + 1), (a, b, n + b), (a, n + b, n + a)]
    return Mesh(vertices, np.array(sides)).moved(rotation, np.array(centre_mm))


def cast(mesh: Mesh, camera: Camera, cols: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Path lengths by meeting every ray with every triangle (Möller and Trumbore), one ray per (col, row)."""
    a, b, c = (mesh.vertices_mm[mesh.triangles[:, i]] for i in range(3))
    lengths = []
    for col, row in zip(cols, rows, strict=True):
        start = np.array([(col + 0.5) * camera.pitch_mm, camera.source_y_mm, -camera.distance_mm])
        end = np.array([start[0], camera.top_mm - (row + 0.5) * camera.pitch_mm, 0.0])
        along = (end - start) / np.linalg.norm(end - start)
        side = np.cross(along, c - a)
        facing = ((b - a) * side).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            u = ((start - a) * side).sum(axis=1) / facing
            other = np.cross(start - a, b - a)
            v = other @ along / facing
            t = ((c - a) * other).sum(axis=1) / facing
        hit = (u >= 0) & (v >= 0) & (u + v <= 1)
        lengths.append(-(np.sign(facing[hit]) * t[hit]).sum())
    return np.array(lengths)


def slants(row: np.ndarray) -> np.ndarray:
    rise = CAMERA.top_mm - (row + 0.5) * CAMERA.pitch_mm - CAMERA.source_y_mm
    return np.hypot(rise, CAMERA.distance_mm) / CAMERA.distance_mm


def test_a_ray_through_a_balls_middle_runs_its_diameter_and_others_their_chord():
    ball = upright("ellipsoid", (200.0, 200.0, 200.0))
    path, col, row = paths_mm(ball, CAMERA, 0.0, SIZE_WH)
    rows, cols = np.mgrid[row : row + path.shape[0], col : col + path.shape[1]]
    x = (cols + 0.5) * CAMERA.pitch_mm - 700.0
    rise = CAMERA.top_mm - (rows + 0.5) * CAMERA.pitch_mm - CAMERA.source_y_mm
    # distance from the middle to a line from the source in the plane of the column
    miss = np.abs((1200.0 - CAMERA.source_y_mm) * CAMERA.distance_mm - rise * 5300.0) / np.hypot(
        rise, CAMERA.distance_mm
    )
    expected = 2 * np.sqrt(np.maximum(200.0**2 - x**2 - miss**2, 0))
    assert path == pytest.approx(expected, abs=0.01)
    assert path.max() == pytest.approx(400, rel=0.001)


def test_a_plate_is_thicker_to_slanting_rays():
    plate = upright("box", (300.0, 900.0, 20.0))
    path, _, row = paths_mm(plate, CAMERA, 0.0, SIZE_WH)
    middle = path[20:-20, path.shape[1] // 2]
    assert middle == pytest.approx(40.0 * slants(row + np.arange(20, path.shape[0] - 20)), rel=1e-5)


def test_a_cylinder_across_the_beam_shows_its_chords_and_one_along_it_its_length():
    lying = Solid("cylinder", (700.0, 900.0, 0.0), (150.0, 400.0, 150.0), turn(pitch=np.pi / 2))
    path, _, row = paths_mm(lying, CAMERA, 0.0, SIZE_WH)
    rise = CAMERA.top_mm - (row + np.arange(path.shape[0]) + 0.5) * CAMERA.pitch_mm - CAMERA.source_y_mm
    miss = np.abs(rise) * CAMERA.distance_mm / np.hypot(rise, CAMERA.distance_mm)
    expected = 2 * np.sqrt(np.maximum(150.0**2 - miss**2, 0))
    assert path[:, path.shape[1] // 2] == pytest.approx(expected, abs=0.01)
    along = Solid("cylinder", (700.0, 900.0, 0.0), (150.0, 400.0, 150.0), turn(roll=np.pi / 2))
    assert paths_mm(along, CAMERA, 0.0, SIZE_WH)[0].max() == pytest.approx(800.0, rel=0.001)


@pytest.mark.parametrize(("shape", "filled"), [("box", 8.0), ("ellipsoid", 4 / 3 * np.pi), ("cylinder", 2 * np.pi)])
def test_a_turned_solid_keeps_its_mass_where_the_beam_is_nearly_parallel(shape: str, filled: float):
    parallel = Camera(900.0, 1e9, 4.0, 3000.0)
    solid = Solid(shape, (800.0, 1500.0, 200.0), (120.0, 210.0, 90.0), turn(0.4, 0.7, -0.5))
    path, _, _ = paths_mm(solid, parallel, 0.0, SIZE_WH, fine=2)
    assert path.sum() * 16 == pytest.approx(filled * 120 * 210 * 90, rel=0.003)


@pytest.mark.parametrize("rotation", [np.eye(3), turn(0.3, -0.8, 0.5), turn(2.0, 0.1, 0.0)])
def test_a_box_of_triangles_is_the_same_as_a_box(rotation: np.ndarray):
    solid = Solid("box", (701.0, 1201.0, 300.0), (150.0, 260.0, 90.0), rotation)
    one, col, row = paths_mm(solid, CAMERA, 0.0, SIZE_WH)
    two, col_mesh, row_mesh = paths_mm(box_mesh(solid), CAMERA, 0.0, SIZE_WH)
    assert (col, row) == (col_mesh, row_mesh)
    assert two == pytest.approx(one, abs=0.01)


def test_a_hollow_star_of_triangles_agrees_with_a_ray_caster_of_another_kind():
    angles = np.arange(14) * np.pi / 7
    radius = np.where(np.arange(14) % 2 == 0, 320.0, 130.0)
    outline = np.column_stack([np.cos(angles) * radius, np.sin(angles) * radius])
    star = prism(outline, 500.0, (760.0, 1300.0, -200.0), turn(0.5, 0.2, 0.9))
    path, col, row = paths_mm(star, CAMERA, 0.0, SIZE_WH)
    rng = np.random.default_rng(4)
    at = rng.integers(0, path.shape, (400, 2))
    expected = cast(star, CAMERA, col + at[:, 1], row + at[:, 0])
    assert path[at[:, 0], at[:, 1]] == pytest.approx(expected, abs=0.01)
    assert (expected > 10).sum() > 100


def test_no_ray_slips_between_triangles():
    angles = np.linspace(0, 2 * np.pi, 60, endpoint=False)
    tube = prism(np.column_stack([np.cos(angles), np.sin(angles)]) * 300, 400.0, (800.0, 1200.0, 0.0), turn(0.1))
    path, _, _ = paths_mm(tube, CAMERA, 0.0, SIZE_WH, fine=3)
    assert path.min() >= -0.001
    assert path.max() < 1000


def test_corners_that_lie_on_rays_are_counted_once():
    solid = Solid("box", (702.0, CAMERA.source_y_mm, 0.0), (100.0, 100.0, 50.0), np.eye(3))
    path, _, _ = paths_mm(box_mesh(solid), CAMERA, 0.0, SIZE_WH)
    columns = path.max(axis=0)
    assert ((columns > 99.9) & (columns < 100.1) | (columns == 0)).all()
    assert path.min() >= 0


def test_a_top_view_sees_width_where_the_side_view_sees_height():
    solid = Solid("box", (700.0, 1200.0, 300.0), (150.0, 260.0, 90.0), np.eye(3))
    above = Camera(source_y_mm=0.0, distance_mm=4000.0, pitch_mm=4.0, top_mm=800.0)
    path, _, row = paths_mm(from_above(solid, 2000.0), above, 0.0, (400, 400))
    assert path.max() == pytest.approx(520.0, rel=0.02)
    shown = above.top_mm - (row + np.flatnonzero(path.any(axis=1)) + 0.5) * 4.0
    # its top is 4000 + (2000 - 1460) mm from the source, where z = 210..390 looks smaller by 4000 / 4540
    assert shown.max() == pytest.approx(390 * 4000 / 4540, abs=4)
    assert shown.min() == pytest.approx(210 * 4000 / 5060, abs=4)


def test_a_solid_weighs_in_a_canvas_what_its_volume_says():
    sheet = Canvas(Camera(900.0, 1e9, 6.0, 3000.0), (300, 500))
    add_solid(
        sheet, STEEL, Solid("ellipsoid", (900.0, 1500.0, 0.0), (200.0, 100.0, 150.0), turn(0.3)), 7.87, goods=True
    )
    kilograms = float(sheet.mass[STEEL].sum()) * 0.36 / 1000
    assert kilograms == pytest.approx(4 / 3 * np.pi * 20 * 10 * 15 * 7.87 / 1000, rel=0.003)
    assert sheet.depth_mm.max() == pytest.approx(2 * 150, rel=0.15)


def test_what_lies_outside_the_picture_is_cut_off():
    sheet = Canvas(CAMERA, (100, 100))
    for x in (-150.0, 20.0, 390.0, 9000.0):
        add_solid(sheet, STEEL, Solid("cylinder", (x, 2900.0, 0.0), (90.0, 300.0, 90.0), turn(pitch=0.4)), 7.87)
    assert (sheet.mass[STEEL] > 0).any()


def test_impossible_solids_are_refused():
    with pytest.raises(SimulationError, match="a solid must be one of"):
        upright("teapot", (1.0, 1.0, 1.0))
    with pytest.raises(SimulationError, match="half_mm must be above 0"):
        upright("box", (1.0, 0.0, 1.0))
    whole = box_mesh(upright("box", (10.0, 10.0, 10.0)))
    with pytest.raises(SimulationError, match="must be closed"):
        Mesh(whole.vertices_mm, whole.triangles[:-1])
    with pytest.raises(SimulationError, match=r"must name vertices 0\.\.7"):
        Mesh(whole.vertices_mm, whole.triangles + 1)
    behind = Solid("box", (0.0, 0.0, -5000.0), (10.0, 10.0, 10.0), np.eye(3))
    with pytest.raises(SimulationError, match="in front of the source"):
        paths_mm(behind, CAMERA, 0.0, SIZE_WH)
