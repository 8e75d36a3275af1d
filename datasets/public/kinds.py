"""Which words of public sets name a kind of the taxonomy. All other words stay as their set spells them.

Left alone on purpose: knives, tools and scissors (no contraband of cargo), bottles and laptops (goods, not undeclared
ones), spray cans and pressure vessels (not the cylinders that the taxonomy means), batteries of unknown chemistry.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from cargoscope.datasets.labels.images import LabelledImage

KINDS: Final = {
    "gun": "firearm",
    "handgun": "firearm",
    "pistol": "firearm",
    "rifle": "firearm",
    "magazin": "firearm_part",
    "buttstock": "firearm_part",
    "bullet": "ammunition",
    "powerbank": "lithium_battery",
    "portable_charger_1": "lithium_battery",
    "portable_charger_2": "lithium_battery",
}


def kind_of(word: str) -> str:
    return KINDS.get(word.strip().lower(), word.strip())


def in_our_words(images: Iterable[LabelledImage]) -> Iterator[LabelledImage]:
    """The images with every label that names a kind renamed to it."""
    for image in images:
        yield replace(image, labels=tuple(replace(label, kind=kind_of(label.kind)) for label in image.labels))
