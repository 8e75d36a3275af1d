"""From the words of another set to the kinds of the taxonomy: said explicitly, never guessed."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cargoscope import taxonomy
from cargoscope.datasets.labels.files import read_bytes
from cargoscope.datasets.labels.images import LabelSet
from cargoscope.errors import LabelError


def read_mapping(path: Path) -> dict[str, str]:
    """The table [classes] of a TOML file: "their word" = "our kind", or "" for what is to be left out."""
    try:
        table = tomllib.loads(read_bytes(path).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise LabelError(f"{path.name}: not TOML ({str(error)[:200]})") from error
    classes = table.get("classes")
    if set(table) != {"classes"} or not isinstance(classes, dict):
        raise LabelError(f"{path.name}: must hold one table [classes], got {sorted(table)[:10]}")
    for word, kind in classes.items():
        if not isinstance(kind, str):
            raise LabelError(f"{path.name}: {word!r} must be a kind or an empty text, got {str(kind)[:80]!r}")
    return classes


def parse_pairs(pairs: list[str]) -> dict[str, str]:
    """{"Gun": "firearm"} from "Gun=firearm"; "Scissors=" leaves scissors out."""
    for pair in pairs:
        if "=" not in pair or pair.startswith("="):
            raise LabelError(f"must be THEIR-WORD=KIND, got {pair[:140]!r}")
    return {word.strip(): kind.strip() for word, _, kind in (pair.partition("=") for pair in pairs)}


def mapped(labels: LabelSet, mapping: Mapping[str, str], keep_names: bool = False) -> tuple[LabelSet, int]:
    """(the set in kinds of the taxonomy, how many labels the mapping left out).

    A class that is a kind already stays. One that is neither a kind nor mapped is refused, unless keep_names lets it
    through as it is; so is a mapping to something that is no kind.
    """
    kinds = taxonomy.kinds()
    for word, kind in mapping.items():
        if kind and kind not in kinds and not keep_names:
            raise LabelError(f"{word!r} cannot become {kind!r}, which is no kind; there are {sorted(kinds)}")
    becomes = {name: mapping.get(name, name) for name in labels.classes}
    unknown = [name for name, kind in becomes.items() if kind == name and kind not in kinds]
    if unknown and not keep_names:
        shown = ", ".join(map(repr, unknown[:12])) + (f" and {len(unknown) - 12} more" if len(unknown) > 12 else "")
        raise LabelError(
            f"no kind is known for {shown}: map each with --map or in a --mapping file (an empty kind leaves it out), "
            f"or keep the words with --keep-names; kinds are {sorted(kinds)}"
        )
    images = tuple(
        replace(
            image,
            labels=tuple(replace(label, kind=becomes[label.kind]) for label in image.labels if becomes[label.kind]),
        )
        for image in labels.images
    )
    result = LabelSet(images, tuple(dict.fromkeys(kind for kind in becomes.values() if kind)))
    return result, labels.n_labels - result.n_labels
