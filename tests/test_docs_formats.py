"""What docs/formats.md says about files is true."""

import json
import re
from pathlib import Path

import jsonschema

from cargoscope.datasets.formats.limits import Limits
from cargoscope.pixels import ASSUMED_PITCH_MM

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs/formats.md").read_text("utf-8")


def test_the_manifest_in_the_docs_follows_the_schema():
    (example,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
    schema = json.loads((ROOT / "datasets/formats/scan_package.schema.json").read_text())
    jsonschema.validate(json.loads(example), schema)


def test_the_limits_in_the_docs_are_the_limits():
    limits = Limits()
    assert f"{limits.max_bytes // 2**20} MiB" in TEXT
    assert f"{limits.max_pixels // 10**6} million pixels" in TEXT
    assert f"{limits.max_energies} energies; {limits.max_views} views" in TEXT
    assert f"{ASSUMED_PITCH_MM} mm is assumed" in TEXT
