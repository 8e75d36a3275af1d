"""What stands on the pages about the model and the scanners. From JSON to HTML."""

from collections.abc import Mapping
from typing import Any

from cargoscope.ui.insight import plots
from cargoscope.ui.insight.markup import Definitions, Html, Words, join, moment, nothing, section, table, tag, tiles
from cargoscope.ui.insight.work import scan_link

Json = Mapping[str, Any]

FORMS = {"air": "{:.3f}", "noise": "{:.4f}", "score": "{:.2f}"}


def model(words: Words, figures: Json) -> Html:
    """Regions by confusion, and hard cases."""
    define = Definitions(words)
    said, counts = figures["confusion"]["said"], figures["confusion"]["counts"]
    total = sum(map(sum, counts))
    right = sum(counts[i][i] for i, kind in enumerate(said) if kind)
    missed = sum(counts[-1]) if counts else 0
    rejected = sum(row[-1] for row in counts)
    parts = [
        tiles(
            (
                (define("decided"), words.number(figures["n"]), words("days", n=figures["days"])),
                (define("regions"), words.number(total), ""),
                (define("agreed"), words.number(right), words.percent(right / total) if total else ""),
                (define("rejected"), words.number(rejected), words.percent(rejected / total) if total else ""),
                (define("missed"), words.number(missed), words.percent(missed / total) if total else ""),
            )
        )
    ]
    grid = confusion(words, figures["confusion"]) if total else nothing(words("model.none"))
    parts.append(section(words("model.confusion"), grid, hint=words("model.confusion.hint")))
    hard = hard_cases(words, figures) if figures["hard"] else nothing(words("model.none"))
    parts.append(section(words("model.hard"), hard, hint=words("model.hard.hint")))
    return join(*parts)


def confusion(words: Words, figures: Json) -> Html:
    """What the model said down, what the officers said across; deeper is more of the row, the diagonal agreement."""

    def name(kind: str) -> str:
        return words.kind(kind) if kind else words("nothing")

    heads = [
        tag("th", words("model.axes"), scope="col"),
        *(tag("th", name(kind), scope="col") for kind in figures["judged"]),
    ]
    rows = []
    for i, kind in enumerate(figures["said"]):
        row = figures["counts"][i]
        cells = []
        for j, count in enumerate(row):
            same = "same" if figures["said"][i] == figures["judged"][j] and kind else "other"
            share = count / max(sum(row), 1)
            style = f"--share:{share:.3f}" if count else None
            shown = words.number(count) if count else ""
            cells.append(tag("td", shown, class_=f"cell is-{same}", style=style, data_count=count))
        rows.append(tag("tr", tag("th", name(kind), scope="row"), *cells))
    caption = words("model.confusion")
    made = tag(
        "table",
        tag("caption", caption, class_="unseen"),
        tag("thead", tag("tr", *heads)),
        tag("tbody", *rows),
        class_="confusion",
    )
    return tag("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)


def hard_cases(words: Words, figures: Json) -> Html:
    heads = [words(f"column.{name}") for name in ("scan", "why", "kind", "score", "hardness", "station", "when")]
    rows = [
        (
            scan_link(case["scan_id"]),
            words(f"why.{case['why']}"),
            words.kind(case["kind"]),
            words.number(case["score"], 2),
            meter(words, case["hardness"]),
            case["station_id"],
            moment(case["decided_at"]),
        )
        for case in figures["hard"]
    ]
    return table(words("model.hard"), heads, rows, 9)


def meter(words: Words, share: float) -> Html:
    """A number of 0..1 with a bar as long."""
    bar = tag("span", tag("i", style=f"width:{share:.0%}"), class_="track")
    return tag("span", tag("span", words.number(share, 2)), bar, class_="meter")


def scanners(words: Words, figures: Json) -> Html:
    """Open beam, noise and scores of each station, day by day."""
    if not figures["stations"]:
        return section(words("scanners.title"), nothing(words("scanners.none")))
    define = Definitions(words)
    return join(*(station(words, define, one) for one in figures["stations"]))


def station(words: Words, define: Definitions, drift: Json) -> Html:
    drawn = []
    for chart in drift["charts"]:
        if not chart["points"]:
            continue
        what = chart["what"]
        limits = None if chart["centre"] is None else (chart["low"], chart["centre"], chart["high"])
        if limits and what == "score":
            limits = (max(0.0, limits[0]), limits[1], min(1.0, limits[2]))  # none lies beyond
        days, values = [p["day"] for p in chart["points"]], [p["value"] for p in chart["points"]]
        out = [p["out"] for p in chart["points"]]
        name = f"{drift['station_id']}: {words(f'figure.{what}')}"
        plot = plots.control(name, days, values, out, limits, FORMS[what])
        said = words("scanners.few") if limits is None else words("scanners.out", n=sum(out), of=len(out))
        drawn.append(
            tag("figure", tag("h3", define(what)), plot, tag("figcaption", said, class_="is-out" if any(out) else None))
        )
    if drift["scores"]:
        days = [day["day"] for day in drift["scores"]]
        spread = [(day["p10"], day["p50"], day["p90"]) for day in drift["scores"]]
        failed = sum(day["failed"] for day in drift["scores"])
        plot = plots.band(f"{drift['station_id']}: {words('figure.scores')}", days, spread)
        caption = tag("figcaption", words("scanners.failed", n=words.number(failed)))
        drawn.append(tag("figure", tag("h3", define("scores")), plot, caption))
    return section(drift["station_id"], tag("div", *drawn, class_="charts"), hint=words("scanners.hint"))
