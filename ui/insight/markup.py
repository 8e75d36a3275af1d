"""Pieces of HTML and the words in them. Whatever comes from outside is escaped here and nowhere else."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from html import escape
from math import isnan
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("en", "vi", "es")
WORDS: Final = Path(__file__).resolve().parent
DASH: Final = "–"


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


@cache
def catalogue(language: str) -> dict[str, str]:
    """The words of a language."""
    words: dict[str, str] = json.loads((WORDS / f"words.{language}.json").read_text("utf-8"))
    return words


class Words:
    """Gives the words of one language. A key that a catalogue lacks is a fault of ours (KeyError)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words = catalogue(language)

    def __call__(self, key: str, **values: object) -> str:
        return self._words[key].format(**values) if values else self._words[key]

    def number(self, value: float | None, digits: int = 0) -> str:
        """A number as this language writes it; a dash for none."""
        if value is None or isnan(value):
            return DASH
        text = f"{round(value, digits) + 0.0:,.{digits}f}".replace("-", "\u2212")  # + 0.0: no minus before nothing
        if self.language == "en":
            return text
        return text.replace(",", "\u202f").replace(".", ",")

    def kind(self, kind: str) -> str:
        """What a kind of contraband is called; one that the catalogues do not know keeps its own name."""
        return self._words.get(f"kind.{kind}", kind.replace("_", " "))

    def percent(self, value: float | None, digits: int = 0) -> str:
        return DASH if value is None or isnan(value) else f"{self.number(100 * value, digits)}\u202f%"

    def seconds(self, value: float | None) -> str:
        """A time span in its natural unit."""
        if value is None:
            return DASH
        for name, size, above in (("days", 86400, 2 * 86400), ("hours", 3600, 2 * 3600), ("minutes", 60, 300)):
            if value >= above:
                return self(f"span.{name}", n=self.number(value / size, 1 if value < 10 * size else 0))
        return self("span.seconds", n=self.number(value, 1 if value < 10 else 0))


def tag(element: str, /, *inner: str, **attributes: object) -> Html:
    """An element. class_ and for_ stand for class and for; True gives a bare attribute, None and False none."""
    marks = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    closing = "" if element in ("img", "input") else f"</{element}>"
    return Html(f"<{element}{marks}>{''.join(map(text, inner))}{closing}")


def text(value: str) -> Html:
    """Escaped, unless it is markup."""
    return value if isinstance(value, Html) else Html(escape(value))


def join(*parts: str) -> Html:
    return Html("".join(map(text, parts)))


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'


class Definitions:
    """Labels whose meaning appears when one points at them or reaches them with the keyboard."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._n = 0

    def __call__(self, key: str) -> Html:
        """The label of a figure (`figure.<key>`), and what it means (`define.<key>`)."""
        self._n += 1
        name = f"means-{self._n}"
        tip = tag("span", self._words(f"define.{key}"), class_="tip", role="tooltip", id=name)
        label = tag("button", self._words(f"figure.{key}"), type="button", class_="def", aria_describedby=name)
        return tag("span", label, tip, class_="defined")


def section(title: str, *inner: str, hint: str = "", tools: str = "") -> Html:
    """A part of a page under a heading of its own."""
    head = tag("div", tag("h2", title), tag("p", hint, class_="hint") if hint else "", class_="section-words")
    return tag("section", tag("header", head, tools), *inner, class_="card")


def tiles(items: Iterable[tuple[str, str, str]]) -> Html:
    """Figures in a row. Of each: its label, its value, and a line below."""
    return tag(
        "dl",
        *(
            tag("div", tag("dt", label), tag("dd", value, class_="value"), tag("dd", below, class_="below"))
            for label, value, below in items
        ),
        class_="tiles",
    )


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numbers_from: int = 1) -> Html:
    """A table whose first column heads its rows. numbers_from: the first column that stands right-aligned."""

    def style(column: int) -> str | None:
        return "num" if column >= numbers_from else None

    body = [
        tag(
            "tr",
            tag("th", row[0], scope="row"),
            *(tag("td", cell, class_=style(i)) for i, cell in enumerate(row[1:], 1)),
        )
        for row in rows
    ]
    head = tag("tr", *(tag("th", cell, scope="col", class_=style(i)) for i, cell in enumerate(heads)))
    made = tag("table", tag("caption", caption, class_="unseen"), tag("thead", head), tag("tbody", *body))
    return tag("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)


def nothing(words: str) -> Html:
    return tag("p", words, class_="nothing")


def moment(iso: str) -> Html:
    """A moment as UTC; the page's script turns it into local time."""
    at = datetime.fromisoformat(iso)
    return tag("time", f"{at:%Y-%m-%d %H:%M}", datetime=iso)
