"""What stands on the pages about people: one's own figures and the team's. From JSON to HTML."""

from collections.abc import Mapping, Sequence
from typing import Any

from cargoscope.ui.insight import plots
from cargoscope.ui.insight.markup import Definitions, Html, Words, join, nothing, section, table, tag, tiles

Json = Mapping[str, Any]


def rate(words: Words, of: Json) -> Html:
    """`87 %` and below it its interval and its counts."""
    value = of["hits"] / of["n"] if of["n"] else None
    if value is None:
        return join(words("none"))
    ends = f"{words.percent(of['low'])} … {words.percent(of['high'])}"
    small = tag("small", f"{of['hits']}/{of['n']} · {ends}")
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
            h, f = (hits["hits"] + 0.5) / (hits["n"] + 1), (falses["hits"] + 0.5) / (falses["n"] + 1)
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
