"""What stands on the page about the work done: who decided what, disagreement, queue, what opening found."""

from collections.abc import Mapping, Sequence
from typing import Any

from cargoscope.ui.insight import plots
from cargoscope.ui.insight.markup import Definitions, Html, Words, join, moment, nothing, section, table, tag, tiles
from cargoscope.ui.insight.people import rate

Json = Mapping[str, Any]

AGES = ("5m", "15m", "30m", "1h", "4h", "24h", "more")


def work(words: Words, figures: Json) -> Html:
    """Who decided what, how often against the model, and what became of it."""
    define = Definitions(words)
    every, waits = figures["all"], figures["waiting"]
    parts = [
        tiles(
            (
                (define("decided"), words.number(every["n"]), words("days", n=figures["days"])),
                (define("disagreed"), percent_of(words, every["disagreed"]), counts(words, every["disagreed"])),
                (define("overruled"), percent_of(words, every["overruled"]), counts(words, every["overruled"])),
                (define("found"), percent_of(words, every["found"]), interval(words, every["found"])),
                (define("queue"), words.number(waits["n"]), words("queue.oldest", t=words.seconds(waits["oldest_s"]))),
            )
        )
    ]
    download = tag(
        "a", words("csv"), href=f"/v1/figures/work/decisions.csv?days={figures['days']}", class_="button", download=True
    )
    days = figures["by_day"]
    fates = [(fate, words(f"fate.{fate}"), [day[fate] for day in days]) for fate in ("release", "hold", "inspect")]
    over = (
        plots.stacked(words("work.byDay"), [day["day"] for day in days], fates) if days else nothing(words("work.none"))
    )
    legend = tag("p", *(tag("span", word, class_=f"key is-{fate}") for fate, word, _ in fates), class_="legend")
    ages = plots.bars(words("queue.ages"), [words(f"age.{age}") for age in AGES], waits["ages"])
    parts.append(
        tag(
            "div",
            section(words("work.byDay"), over, legend if days else "", tools=download),
            section(words("queue.ages"), ages, hint=queue_words(words, waits)),
            class_="two",
        )
    )
    if figures["officers"]:
        parts.append(section(words("work.officers"), officers_table(words, define, figures), hint=words("work.hint")))
        parts.append(tag("div", dots(words, figures, "found"), dots(words, figures, "disagreed"), class_="two"))
    parts.append(section(words("work.latest"), latest(words, figures["latest"]), hint=words("work.latest.hint")))
    return join(*parts)


def queue_words(words: Words, waits: Json) -> str:
    if not waits["n"]:
        return words("queue.empty")
    return words("queue.hint", median=words.seconds(waits["median_s"]), p90=words.seconds(waits["p90_s"]))


def percent_of(words: Words, of: Json) -> str:
    return words.percent(of["hits"] / of["n"]) if of["n"] else words("none")


def counts(words: Words, of: Json) -> str:
    return words("of", k=words.number(of["hits"]), n=words.number(of["n"]))


def interval(words: Words, of: Json) -> str:
    if not of["n"]:
        return words("found.none")
    return f"{counts(words, of)} · {words.percent(of['low'])} … {words.percent(of['high'])}"


def officers_table(words: Words, define: Definitions, figures: Json) -> Html:
    keys = ("decided", "fates", "disagreed", "drawn", "overruled", "unprompted", "found", "corrected", "median", "p90")
    rows = []
    for line in (*figures["officers"], *([figures["all"]] if len(figures["officers"]) > 1 else [])):
        fates = " / ".join(words.number(line[fate]) for fate in ("release", "hold", "inspect"))
        rows.append(
            (
                line["officer"] or words("all"),
                words.number(line["n"]),
                fates,
                rate(words, line["disagreed"]),
                words.number(line["drawn"]),
                rate(words, line["overruled"]),
                rate(words, line["unprompted"]),
                rate(words, line["found"]),
                words.number(line["corrected"]),
                words.seconds(line["times"]["median_s"]),
                words.seconds(line["times"]["p90_s"]),
            )
        )
    return table(words("work.officers"), [words("figure.officer"), *map(define, keys)], rows)


def dots(words: Words, figures: Json, key: str) -> Html:
    """One rate of each officer with its interval."""
    made = [
        plots.Dot(
            line["officer"], line[key]["hits"] / line[key]["n"], line[key]["low"], line[key]["high"],
            f"{line['officer']}: {interval(words, line[key])}",
        )
        for line in figures["officers"]
        if line[key]["n"]
    ]  # fmt: skip
    title = words(f"figure.{key}")
    drawn = plots.intervals(title, made) if made else nothing(words("found.none"))
    return section(title, drawn, hint=words(f"define.{key}"))


def latest(words: Words, lines: Sequence[Json]) -> Html:
    if not lines:
        return nothing(words("work.none"))
    heads = [
        words(f"column.{name}") for name in ("when", "officer", "scan", "fate", "score", "disagreed", "time", "outcome")
    ]
    rows = []
    for line in lines:
        fate = tag("span", words(f"fate.{line['disposition']}"), class_=f"fate is-{line['disposition']}")
        outcome = words("outcome.unknown") if line["opened"] is None else words("outcome.closed")
        if line["opened"]:
            outcome = ", ".join(map(words.kind, line["found"])) or words("outcome.nothing")
        rows.append(
            (
                moment(line["decided_at"]),
                line["officer"],
                scan_link(line["scan_id"]),
                join(fate, tag("small", words("corrected")) if line["corrected"] else ""),
                words.number(line["score"], 2),
                words("of", k=line["disagreed"] + line["drawn"], n=line["regions"] + line["drawn"]),
                words.seconds(line["dwell_s"]),
                outcome,
            )
        )
    return table(words("work.latest"), heads, rows, 4)


def scan_link(scan_id: str) -> Html:
    return tag("a", scan_id, href=f"/console/?scan={scan_id}")
