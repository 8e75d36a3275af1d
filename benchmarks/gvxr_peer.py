"""A test scene seen by Cargoscope's simulator and by gVirtualXRay, ray for ray; exits with 1 where they differ by 1 %.

    python benchmarks/gvxr_peer.py [--columns 48]

gVirtualXRay (gvxr 2.1, BSD) traces triangle meshes on OpenGL and takes attenuation from xraylib, so neither its
geometry nor its physics was written here. It is monochromatic here, at 0.75 MeV: xraylib ends at 0.8. Needs `pip
install gvxr` and OpenGL 4.5 through EGL (software such as Mesa's llvmpipe will do); where it cannot run, this says so
and exits with 0. gvxr counts coherent scattering as lost and Cargoscope does not, so XCOM's share of it is added here.
"""

import argparse
import sys
from itertools import pairwise

import cv2
import numpy as np

from cargoscope.datasets.simulation.beam.materials import mass_attenuation
from cargoscope.datasets.simulation.canvas import Camera
from cargoscope.datasets.simulation.solids import Mesh, Reals, Solid, paths_mm, turn

CAMERA = Camera(source_y_mm=700.0, distance_mm=3000.0, pitch_mm=5.0, top_mm=1600.0)
ROWS = 320
BEHIND_MM = 1500.0
"""Where gvxr's detector stands, behind the middle plane."""

MEV = 0.75
ALLOWED = 0.01


def ball(centre_mm: tuple[float, float, float], radius_mm: float, rings: int = 24) -> Mesh:
    """A sphere of triangles, as fine as rings says."""
    lat, lon = np.linspace(0, np.pi, rings + 1)[1:-1], np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False)
    around = np.array([(np.sin(a) * np.cos(b), np.cos(a), np.sin(a) * np.sin(b)) for a in lat for b in lon])
    vertices = np.concatenate([around, [[0, 1, 0], [0, -1, 0]]]) * radius_mm + centre_mm
    n, last = 2 * rings, (rings - 2) * 2 * rings
    triangles = []
    for a, b in pairwise([*range(n), 0]):
        triangles += [(n * (rings - 1), b, a), (n * (rings - 1) + 1, last + a, last + b)]
        for ring in range(rings - 2):
            i, j = ring * n + a, ring * n + b
            triangles += [(i, j, i + n), (j, j + n, i + n)]
    return Mesh(vertices, np.array(triangles))


def box(solid: Solid, halvings: int = 4) -> Mesh:
    """A box whose triangles are halved so often: gvxr takes depth as even across each triangle."""
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    corners = solid.corners_mm()
    triangles = corners[[(p, q, r) for a, b, c, d in sides for p, q, r in ((a, b, c), (a, c, d))]]
    for _ in range(halvings):
        a, b, c = triangles.swapaxes(0, 1)
        ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
        triangles = np.concatenate([np.stack(t, axis=1) for t in ((a, ab, ca), (b, bc, ab), (c, ca, bc), (ab, bc, ca))])
    vertices, index = np.unique(np.round(triangles.reshape(-1, 3), 6), axis=0, return_inverse=True)
    return Mesh(vertices, index.reshape(-1, 3))


TILT = turn(0.4, 0.3, -0.2)
SCENE: dict[str, tuple[str, str, float, float, Mesh]] = {
    "crate": ("polyethylene", "C2H4", 8e-4, 0.3, box(Solid("box", (140, 900, 300), (110, 260, 300), TILT))),
    "plate": ("iron", "Fe", 1.14e-2, 7.87, box(Solid("box", (150, 500, -400), (70, 180, 12), np.eye(3)))),
    "ball": ("aluminium", "Al", 3.6e-3, 2.7, ball((120.0, 1150.0, -150.0), 90.0)),
}
"""Material here and there, coherent over other scattering at MEV, density in g/cm³, and shape; they overlap."""


def ours(columns: int) -> Reals:
    """-ln T (rows, columns) by Cargoscope."""
    total = np.zeros((ROWS, columns))
    for material, _, coherent, density, mesh in SCENE.values():
        path, col, row = paths_mm(mesh, CAMERA, 0.0, (columns, ROWS))
        mu = mass_attenuation(material, np.array([MEV]))[0] * (1 + coherent) * density / 10
        total[row : row + path.shape[0], col : col + path.shape[1]] += path * mu
    return total


def theirs(columns: int) -> Reals:
    """-ln T (rows, columns) by gVirtualXRay, its source and detector moved from column to column."""
    from gvxrPython3 import gvxr

    gvxr.createWindow(-1, 0, "EGL", 4, 5)
    grown = (CAMERA.distance_mm + BEHIND_MM) / CAMERA.distance_mm
    middle_mm = CAMERA.top_mm - ROWS / 2 * CAMERA.pitch_mm
    y_mm = CAMERA.source_y_mm + (middle_mm - CAMERA.source_y_mm) * grown
    gvxr.usePointSource()
    gvxr.setMonoChromatic(MEV, "MeV", 1)
    gvxr.setDetectorNumberOfPixels(1, ROWS)
    gvxr.setDetectorPixelSize(0.001, CAMERA.pitch_mm * grown, "mm")

    def picture() -> Reals:
        shown = []
        for col in range(columns):
            x_mm = (col + 0.5) * CAMERA.pitch_mm
            gvxr.setSourcePosition(x_mm, CAMERA.source_y_mm, -CAMERA.distance_mm, "mm")
            gvxr.setDetectorPosition(x_mm, y_mm, BEHIND_MM, "mm")
            gvxr.setDetectorUpVector(0, 1, 0)
            shown.append(np.array(gvxr.computeXRayImage(), np.float64).reshape(ROWS))
        return np.stack(shown, axis=1)

    for name, (_, formula, _, density, mesh) in SCENE.items():
        gvxr.makeTriangularMesh(name, mesh.vertices_mm.ravel().tolist(), mesh.triangles.ravel().tolist(), "mm")
        gvxr.setCompound(name, formula)
        gvxr.setDensity(name, density, "g/cm3")
        gvxr.addPolygonMeshAsInnerSurface(name)
    seen = picture()
    gvxr.destroyAllWindows()
    return np.asarray(-np.log(np.maximum(seen, 1e-30) / seen.max()))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--columns", type=int, default=48)
    chosen = options.parse_args()
    try:
        peer = theirs(chosen.columns)
    except (ImportError, RuntimeError, OSError) as error:
        print(f"gVirtualXRay cannot run here, nothing was compared: {error}")
        return
    here = ours(chosen.columns)
    if np.abs(peer[::-1] - here).mean() < np.abs(peer - here).mean():
        peer = peer[::-1]
    shaded, shaded_peer = here > 0.02, peer > 0.02
    steps = np.abs(cv2.Laplacian(here, cv2.CV_64F))
    smooth = shaded & (steps < 0.02)
    off = (peer / np.maximum(here, 1e-9) - 1)[smooth]
    outline = float((shaded_peer != shaded).sum() / shaded.sum())
    worst, mean = float(np.quantile(np.abs(off), 0.99)), float(off.mean())
    print(
        f"{smooth.sum()} rays inside of {shaded.sum()} shaded, -ln T {here[smooth].min():.3f}..{here[smooth].max():.3f}"
    )
    print(f"-ln T of gvxr over ours: mean {mean:+.3%}, 99 % of the rays within {worst:.3%}")
    print(f"outline: {outline:.2%} of the shaded rays are shaded in one of the two alone")
    sys.exit(0 if worst <= ALLOWED and outline <= ALLOWED else 1)


if __name__ == "__main__":
    main()
