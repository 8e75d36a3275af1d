"""What stands on the page from which training sessions begin. From JSON to HTML."""

from collections.abc import Mapping
from typing import Any

from cargoscope.ui.insight.markup import Html, Words, join, moment, nothing, section, table, tag

Json = Mapping[str, Any]

LEVELS = ("mixed", "easy", "medium", "hard")


def training(words: Words, said: Json) -> Html:
    """A new session, the library, and the sessions there were."""
    cases = said["cases"]
    if not any(map(sum, cases.values())):
        return section(words("training.library"), nothing(words("training.empty")))
    warm = _form(words, "warm-up", "training.warm", 10, levels=False)
    train = _form(words, "training", "training.train", 20, levels=True)
    heads = [words(f"column.{name}") for name in ("level", "holding", "clean")]
    held = [
        (words(f"level.{level}"), words.number(cases[level][0]), words.number(cases[level][1])) for level in LEVELS[1:]
    ]
    library = table(words("training.library"), heads, held)
    return join(
        tag("div", warm, train, class_="two"),
        tag(
            "div",
            section(words("training.sessions"), sessions(words, said["sessions"])),
            section(words("training.library"), library, hint=words("training.library.hint")),
            class_="wide-first",
        ),
    )


def sessions(words: Words, lines: list[Json]) -> Html:
    """The officer's sessions, the newest first."""
    if not lines:
        return nothing(words("training.none"))
    heads = [words(f"column.{name}") for name in ("when", "purpose", "level", "progress", "right")] + [""]
    rows = []
    for line in lines:
        results = line["results"]
        right = sum(result in ("hit", "clear") for result in results)
        address = f"/training/{line['session_id']}"
        done = len(results) == line["count"]
        go = words("training.done") if done else tag("a", words("training.go"), href=address, class_="button")
        rows.append(
            (
                moment(line["started_at"]),
                words(f"purpose.{line['purpose']}"),
                words(f"level.{line['level']}"),
                words("of", k=len(results), n=line["count"]),
                words.number(right),
                go,
            )
        )
    return table(words("training.sessions"), heads, rows, 3)


def _form(words: Words, purpose: str, key: str, count: int, levels: bool) -> Html:
    number = tag("input", type="number", name="count", value=count, min="1", max="100", required=True)
    fields = [tag("label", tag("span", words("training.count")), number)]
    if levels:
        options = (tag("option", words(f"level.{level}"), value=level) for level in LEVELS)
        fields.append(tag("label", tag("span", words("training.level")), tag("select", *options, name="level")))
    start = tag("button", words("training.start"), type="submit", class_="main")
    hint = words(f"{key}.hint", n=count) if purpose == "warm-up" else words(f"{key}.hint")
    return section(words(key), tag("form", *fields, start, data_session=purpose, class_="start"), hint=hint)
