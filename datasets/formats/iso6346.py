"""ISO 6346: the number painted on a freight container, and its check digit."""

import re
from typing import Final

NUMBER: Final = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}")
"""Three letters of the owner, the category (U freight container, J detachable equipment, Z trailer), six digits of the
serial number, the check digit."""

LETTERS: Final = "0123456789A?BCDEFGHIJK?LMNOPQRSTU?VWXYZ"
"""A letter's value is its place here: A = 10, B = 12 ..., the multiples of 11 left out."""


def check_digit(code: str) -> int:
    """The digit that belongs behind the first ten characters of a number: sum of value * 2^place, mod 11, mod 10.

    Characters other than A-Z and 0-9, or another count than ten, are refused with ValueError.
    """
    if not re.fullmatch(r"[A-Z0-9]{10}", code):
        raise ValueError(f"ten characters A-Z and 0-9 are needed, got {code[:20]!r}")
    return sum(LETTERS.index(character) << place for place, character in enumerate(code)) % 11 % 10


def is_valid(number: str) -> bool:
    """Whether the text is a container number with the right check digit, such as CSQU3054383."""
    return NUMBER.fullmatch(number) is not None and check_digit(number[:10]) == int(number[10])
