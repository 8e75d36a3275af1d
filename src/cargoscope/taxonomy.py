"""The kinds of contraband: id, name, family, severity, colour, related HS headings."""

import re
import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib import resources

from cargoscope.errors import TaxonomyError

SCHEMA = "cargoscope.taxonomy/1"


@dataclass(frozen=True)
class Kind:
    """One kind of contraband. severity: 1 (fiscal) .. 5 (danger to life). colour: #rrggbb. hs: 4-digit headings."""

    id: str
    name: str
    family: str
    severity: int
    colour: str
    hs: tuple[str, ...]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.id):
            raise TaxonomyError(f"kind id must be lower_snake_case, got {self.id!r}")
        if not 1 <= self.severity <= 5:
            raise TaxonomyError(f"kind {self.id}: severity must be 1..5, got {self.severity}")
        if not re.fullmatch(r"#[0-9a-f]{6}", self.colour):
            raise TaxonomyError(f"kind {self.id}: colour must be #rrggbb, got {self.colour!r}")
        for heading in self.hs:
            if not re.fullmatch(r"\d{4}", heading):
                raise TaxonomyError(f"kind {self.id}: an HS heading has 4 digits, got {heading!r}")


def parse(text: str) -> dict[str, Kind]:
    """Kinds by id, in the order of the file. Unknown keys, missing keys and double ids are refused."""
    table = tomllib.loads(text)
    if table.get("schema") != SCHEMA:
        raise TaxonomyError(f"taxonomy schema must be {SCHEMA!r}, got {table.get('schema')!r}")
    names = {field.name for field in fields(Kind)}
    kinds: dict[str, Kind] = {}
    for entry in table.get("kind", []):
        if set(entry) != names:
            raise TaxonomyError(f"kind {entry.get('id')!r}: keys must be {sorted(names)}, got {sorted(entry)}")
        kind = Kind(**{**entry, "hs": tuple(entry["hs"])})
        if kind.id in kinds:
            raise TaxonomyError(f"kind {kind.id!r} stands twice in the taxonomy")
        kinds[kind.id] = kind
    return kinds


@cache
def kinds() -> dict[str, Kind]:
    """The taxonomy that ships with Cargoscope."""
    return parse(resources.files("cargoscope").joinpath("taxonomy.toml").read_text("utf-8"))


def kind(kind_id: str) -> Kind:
    if kind_id not in kinds():
        raise TaxonomyError(f"no kind of contraband named {kind_id!r}; there are {sorted(kinds())}")
    return kinds()[kind_id]
