"""What stands on the page about test images: how often they come, and the audit trail."""

from collections.abc import Mapping, Sequence
from typing import Any

from cargoscope.ui.insight.markup import Definitions, Html, Words, join, moment, nothing, section, table, tag, tiles

Json = Mapping[str, Any]

RESULTS = ("hit", "miss", "false_alarm", "clear")


def trail(words: Words, figures: Json, may_set: bool) -> Html:
    """How often test images come, and what became of each."""
    define = Definitions(words)
    rows = []
    for station, value in figures["rates"].items():
        name = words("tests.rate", station=station)
        given = f"{100 * value:g}"
        top = 100 * figures["max_rate"]
        field = tag(
            "input", type="number", name="rate", value=given, min="0", max=f"{top:g}", step="0.1", aria_label=name
        )
        form = tag("form", field, tag("span", "%"), tag("button", words("save"), type="submit"), data_rate=station)
        rows.append((station, form if may_set else words.percent(value, 1)))
    rates = table(words("tests.rates"), (words("column.station"), define("rate")), rows, 9)
    parts = [
        section(words("tests.rates"), rates, hint=words("tests.rates.hint", top=words.percent(figures["max_rate"])))
    ]
    lines = figures["tests"]
    answered = [line for line in lines if line["result"]]
    number = {result: sum(line["result"] == result for line in answered) for result in RESULTS}
    parts.insert(0, tiles((define(f"n.{result}"), words.number(number[result]), "") for result in RESULTS))
    download = tag("a", words("csv"), href="/v1/projection/trail.csv", class_="button", download=True)
    trail = trail_table(words, lines) if lines else nothing(words("tests.none"))
    parts.append(section(words("tests.trail"), trail, hint=words("tests.trail.hint"), tools=download))
    if figures["changes"]:
        heads = [words(f"column.{name}") for name in ("when", "station", "rate", "officer")]
        changed = [
            (moment(line["set_at"]), line["station_id"], words.percent(line["rate"], 1), line["set_by"])
            for line in figures["changes"]
        ]
        parts.append(section(words("tests.changes"), table(words("tests.changes"), heads, changed, 9)))
    return join(*parts)


def trail_table(words: Words, lines: Sequence[Json]) -> Html:
    heads = [
        words(f"column.{name}")
        for name in ("when", "scan", "source", "station", "held", "cnr", "result", "officer", "time")
    ]
    rows = []
    for line in lines:
        result = line["result"] or "waits"
        rows.append(
            (
                moment(line["made_at"]),
                tag("code", line["scan_id"]),
                tag("code", line["source_scan_id"]),
                line["station_id"],
                ", ".join(map(words.kind, line["kinds"])) or words("test.nothing"),
                words.number(line["cnr"], 1),
                tag("span", words(f"result.{result}"), class_=f"result is-{result}"),
                line["officer"] or words("none"),
                words.seconds(line["dwell_s"]),
            )
        )
    return table(words("tests.trail"), heads, rows, 9)
