"""Real images and files that may lie beside the repository; tests that want them are skipped where they are not."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("CARGOSCOPE_REAL_DATA", Path(__file__).parents[2].parent / "shared" / "data"))


def real(folder: str) -> Path:
    path = ROOT / folder
    if not path.is_dir():
        pytest.skip(f"{path} is not there; CARGOSCOPE_REAL_DATA names the folder of real data")
    return path
