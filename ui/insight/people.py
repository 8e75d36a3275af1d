"""What stands on the pages about people: one's own figures, the team's, the work done, the tests. From JSON to HTML."""

from collections.abc import Mapping, Sequence
from typing import Any

from cargoscope.ui.insight import plots
from cargoscope.ui.insight.markup import Definitions, Html, Words, join, moment, nothing, section, table, tag, tiles

Json = Mapping[str, Any]

AGES = ("5m", "15m", "30m", "1h", "4h", "24h", "more")
RESULT_ORDER = ("hit", "miss", "false_alarm", "clear")


def rate(words: Words, of: Json) -> Html:
    """`87 %` and below it its interval and its counts."""
    value = of["k"] / of["n"] if of["n"] else None
    if value is None:
        return join(words("none"))
    ends = f"{words.percent(of['low'])} … {words.percent(of['high'])}"
    small = tag("small", f"{of['k']}/{of['n']} · {ends}")
    return join(tag("b", words.percent(value)), small)


def plus_minus(words: Words, value: float | None, half: float | None) -> Html:
    """`2.1 ± 0.4`."""
    if value is None or half is None:
        return join(words("none"))
    return join(tag("b", words.number(value, 2)), tag("small", f"± {words.number(half, 2)}"))


def mine(words: Words, own: Json) -> Html:
    """The officer's own page."""
    define = Definitions(words)
    parts = [own_tiles(words, define, own)]
    if own["competence"]:
        lines = [(words(f"source.{line['source']}"), line) for line in own["competence"]]
        hint = words("mine.found.hint")
        body = tag("div", competence_table(words, define, lines), roc(words, lines), class_="beside")
        parts.append(section(words("mine.found"), body, hint=hint))
    else:
        parts.append(section(words("mine.found"), nothing(words("mine.none"))))
    tests = [test_line(words, test) for test in own["tests"]]
    shown = tag("ol", *tests, class_="tests") if tests else nothing(words("mine.noTests"))
    parts.append(section(words("mine.tests"), shown, hint=words("mine.tests.hint")))
    return join(*parts)


def own_tiles(words: Words, define: Definitions, own: Json) -> Html:
    work, trials = own["work"], own["trials"]
    right = sum(trial["result"] in ("hit", "clear") for trial in trials)
    return tiles(
        (
            (define("decided"), words.number(work["n"]), words("days", n=own["days"])),
            (define("median"), words.seconds(work["median_s"]), words("mine.work")),
            (define("p90"), words.seconds(work["p90_s"]), words("mine.work")),
            (define("trials"), words.number(len(trials)), words("mine.right", n=right)),
            (define("team"), own["team"] or words("team.none"), own["officer"]),
        )
    )


def test_line(words: Words, test: Json) -> Html:
    """One test with its picture, which opens on demand."""
    kinds = ", ".join(words.kind(thing["kind"]) for thing in test["objects"]) or words("test.nothing")
    verdict = tag("span", words(f"result.{test['result']}"), class_=f"result is-{test['result']}")
    picture = tag("img", src=test["picture"], alt=words("test.picture", kinds=kinds), loading="lazy")
    key = tag("p", words("test.key"), class_="hint")
    summary = tag("summary", verdict, tag("span", kinds), tag("code", test["scan_id"]))
    return tag("li", tag("details", summary, picture, key))


def competence_table(words: Words, define: Definitions, lines: Sequence[tuple[str, Json]], first: str = "") -> Html:
    """d', criterion, rates and times. lines: (what the line is about, figures)."""
    heads = [
        first or words("figure.source"),
        *map(define, ("hits", "falseAlarms", "dprime", "criterion", "median", "p90")),
    ]
    rows = [
        (
            label,
            rate(words, line["sensitivity"]["hits"]),
            rate(words, line["sensitivity"]["false_alarms"]),
            plus_minus(words, line["sensitivity"]["d_prime"], line["sensitivity"]["d_prime_half"]),
            plus_minus(words, line["sensitivity"]["criterion"], line["sensitivity"]["criterion_half"]),
            words.seconds(line["times"]["median_s"]),
            words.seconds(line["times"]["p90_s"]),
        )
        for label, line in lines
    ]
    return table(words("competence.caption"), heads, rows)


def roc(words: Words, lines: Sequence[tuple[str, Json]]) -> Html:
    """Hit rate over false-alarm rate, log-linear as d' has them."""
    dots = []
    for label, line in lines:
        hits, falses = line["sensitivity"]["hits"], line["sensitivity"]["false_alarms"]
        if hits["n"] and falses["n"]:
            h, f = (hits["k"] + 0.5) / (hits["n"] + 1), (falses["k"] + 0.5) / (falses["n"] + 1)
            dots.append((label, f, h, f"{label}: {words.percent(h)} / {words.percent(f)}"))
    if not dots:
        return nothing(words("roc.none"))
    axes = (words("figure.falseAlarms"), words("figure.hits"))
    return tag("figure", plots.detection(words("roc"), dots, axes), tag("figcaption", words("roc.hint")))


def team(words: Words, figures: Json) -> Html:
    """Competence of every officer of a team."""
    define = Definitions(words)
    lines = figures["competence"]
    parts = []
    for source in ("live", "training", "warm-up"):
        of = [(line["officer"], line) for line in lines if line["source"] == source]
        if of:
            body = tag(
                "div", competence_table(words, define, of, words("figure.officer")), roc(words, of), class_="beside"
            )
            parts.append(section(words(f"source.{source}"), body, hint=words(f"source.{source}.hint")))
    if not parts:
        parts.append(section(words("team.title"), nothing(words("team.nothing"))))
    rows = [(name, of or words("team.none")) for name, of in figures["teams"].items()]
    heads = (words("figure.officer"), words("figure.team"))
    parts.append(section(words("team.members"), table(words("team.members"), heads, rows, 9), hint=words("team.hint")))
    return join(*parts)


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
    return words.percent(of["k"] / of["n"]) if of["n"] else words("none")


def counts(words: Words, of: Json) -> str:
    return words("of", k=words.number(of["k"]), n=words.number(of["n"]))


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
            line["officer"], line[key]["k"] / line[key]["n"], line[key]["low"], line[key]["high"],
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


def tests(words: Words, figures: Json, may_set: bool) -> Html:
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
    number = {result: sum(line["result"] == result for line in answered) for result in RESULT_ORDER}
    parts.insert(0, tiles((define(f"n.{result}"), words.number(number[result]), "") for result in RESULT_ORDER))
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
