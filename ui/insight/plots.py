"""Drawings as SVG text, by numbers alone: no fonts, no scripts, nothing fetched. Colours come from the page's CSS.

Each mark carries its value in a <title>, which screens show on hover, and the whole drawing is named for readers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from statistics import NormalDist
from typing import Final

from cargoscope.ui.insight.markup import Html, tag

LEFT: Final = 52
RIGHT: Final = 14
TOP: Final = 12
BOTTOM: Final = 30
COUNT: Final = "{:.0f}"
"""The form of what is counted: its axis has whole numbers alone."""

WIDE: Final = 6.9
"""Of a letter of a label, on the mean."""


@dataclass(frozen=True)
class Frame:
    """Where numbers fall in a drawing of width x height. y grows upwards from low to high. below: room for words."""

    width: int
    height: int
    low: float
    high: float
    below: int = BOTTOM

    def y(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.height - self.below - share * (self.height - self.below - TOP), 2)

    def x(self, share: float) -> float:
        return round(LEFT + share * (self.width - LEFT - RIGHT), 2)


@dataclass(frozen=True)
class Dot:
    """A rate with its interval, all 0..1. label: whose. words: what the mark says."""

    label: str
    value: float
    low: float
    high: float
    words: str


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Round numbers from low to high."""
    step = 10 ** floor(log10((high - low) / about))
    step *= next(factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= about + 0.5)
    return [round(i * step, 10) for i in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def stacked(
    name: str,
    days: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[int]]],
    width: int = 620,
    height: int = 220,
) -> Html:
    """Bars, one per day, of several parts. series: (class of CSS, word, count of each day)."""
    totals = [sum(counts[i] for _, _, counts in series) for i in range(len(days))]
    frame = Frame(width, height, 0, max([*totals, 1]))
    slot = (width - LEFT - RIGHT) / max(len(days), 1)
    bar = min(slot * 0.72, 34)
    marks: list[str] = []
    for i, day in enumerate(days):
        at, base = LEFT + slot * (i + 0.5) - bar / 2, 0
        for style, word, counts in series:
            if counts[i]:
                top = frame.y(base + counts[i])
                marks.append(
                    tag(
                        "rect",
                        tag("title", f"{day} · {word}: {counts[i]}"),
                        x=round(at, 2),
                        y=top,
                        width=round(bar, 2),
                        height=round(frame.y(base) - top, 2),
                        class_=f"fill-{style}",
                        data_value=counts[i],
                    )
                )
                base += counts[i]
    return _svg(name, frame, _grid(frame, COUNT), *marks, *_days(frame, days, slot))


def bars(name: str, labels: Sequence[str], counts: Sequence[int], width: int = 620, height: int = 220) -> Html:
    """One bar per class."""
    frame = Frame(width, height, 0, max([*counts, 1]))
    slot = (width - LEFT - RIGHT) / len(labels)
    marks: list[str] = []
    for i, (label, count) in enumerate(zip(labels, counts, strict=True)):
        x, top = LEFT + slot * i + slot * 0.14, frame.y(count)
        marks.append(
            tag(
                "rect",
                tag("title", f"{label}: {count}"),
                x=round(x, 2),
                y=top,
                width=round(slot * 0.72, 2),
                height=round(frame.y(0) - top, 2),
                class_="fill-plain",
                data_value=count,
            )
        )
        middle = round(LEFT + slot * (i + 0.5), 2)
        if count:
            marks.append(tag("text", str(count), x=middle, y=top - 4, class_="tick middle"))
        marks.append(tag("text", label, x=middle, y=height - 10, class_="tick middle"))
    return _svg(name, frame, _grid(frame, COUNT), *marks)


def intervals(name: str, dots: Sequence[Dot], label_width: int = 130, width: int = 560) -> Html:
    """Rates with their intervals, one line each, from 0 to 100 %."""
    row, height = 30, 30 * len(dots) + 34
    frame = Frame(width, height, 0, 1)

    def x(value: float) -> float:
        return round(label_width + value * (width - label_width - 24), 2)

    marks: list[str] = []
    for tenth in (0, 25, 50, 75, 100):
        at = x(tenth / 100)
        marks.append(tag("line", x1=at, x2=at, y1=6, y2=height - 26, class_="grid"))
        marks.append(tag("text", f"{tenth} %", x=at, y=height - 8, class_="tick middle"))
    for i, dot in enumerate(dots):
        y = 6 + row * (i + 0.5)
        marks.append(tag("text", dot.label, x=label_width - 12, y=y + 4, class_="label end"))
        marks.append(tag("line", x1=x(dot.low), x2=x(dot.high), y1=y, y2=y, class_="whisker"))
        ends = (x(dot.low), x(dot.high))
        marks += [tag("line", x1=end, x2=end, y1=y - 4, y2=y + 4, class_="whisker") for end in ends]
        title = tag("title", dot.words)
        marks.append(tag("circle", title, cx=x(dot.value), cy=y, r=5, class_="dot", data_value=round(dot.value, 4)))
    return _svg(name, frame, *marks)


def detection(name: str, dots: Sequence[tuple[str, float, float, str]], axes: tuple[str, str], side: int = 330) -> Html:
    """Hit rate over false-alarm rate, with curves of d' = 1, 2 and 3. dots: (label, false alarms, hits, words)."""
    frame = Frame(side + LEFT + RIGHT, side + TOP + 46, 0, 1, below=46)
    normal = NormalDist()
    marks: list[str] = []
    for value in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = frame.x(value)
        marks.append(tag("line", x1=x, x2=x, y1=frame.y(1), y2=frame.y(0), class_="grid"))
        marks.append(tag("text", f"{value:.0%}", x=x, y=frame.y(0) + 15, class_="tick middle"))
    for sensitivity in (0, 1, 2, 3):
        falses = [i / 60 for i in range(1, 60)]
        points = [(f, normal.cdf(normal.inv_cdf(f) + sensitivity)) for f in falses]
        curve = " ".join(f"{frame.x(f)},{frame.y(h)}" for f, h in [(0, 0), *points, (1, 1)])
        marks.append(tag("polyline", points=curve, class_="curve" if sensitivity else "chance"))
        if sensitivity:
            at = normal.cdf(normal.inv_cdf(0.99) - sensitivity)
            words = f"d\u2032 {sensitivity}"
            marks.append(tag("text", words, x=frame.x(at), y=frame.y(1) - 4, class_="tick middle"))
    taken = [(frame.x(false) - 8, frame.y(hit) - 8, frame.x(false) + 8, frame.y(hit) + 8) for _, false, hit, _ in dots]
    for label, false, hit, words in sorted(dots, key=lambda dot: dot[2]):
        x, y = frame.x(false), frame.y(hit)
        is_left, box = _room(x, y, WIDE * len(label), frame.width, taken)
        taken.append(box)
        marks.append(tag("circle", tag("title", words), cx=x, cy=y, r=6, class_="dot", data_value=round(hit, 4)))
        side_of, at = ("label end", box[2]) if is_left else ("label", box[0])
        marks.append(tag("text", label, x=at, y=box[1] + 11, class_=side_of))
    middle = frame.x(0.5)
    marks.append(tag("text", axes[0], x=middle, y=frame.y(0) + 38, class_="tick middle"))
    up = frame.y(0.5)
    marks.append(tag("text", axes[1], x=12, y=up, transform=f"rotate(-90 12 {up})", class_="tick middle"))
    return _svg(name, frame, _grid(frame, "{:.0%}"), *marks)


def _room(
    x: float, y: float, length: float, width: float, taken: Sequence[tuple[float, float, float, float]]
) -> tuple[bool, tuple[float, float, float, float]]:
    """Where a label of a dot at x, y covers nothing, beside it or else further: whether on its left, and the box."""
    for away in (0, -15, 15, -30, 30, -45, 45, -60, 60):
        for is_left in (False, True):
            x1 = x - 11 - length if is_left else x + 11
            box = (x1, y - 7 + away, x1 + length, y + 7 + away)
            fits = x1 >= LEFT and box[2] <= width
            if fits and not any(_overlap(box, other) for other in taken):
                return is_left, box
    return False, (x + 11, y - 7, x + 11 + length, y + 7)


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def control(
    name: str,
    days: Sequence[str],
    values: Sequence[float],
    out: Sequence[bool],
    limits: tuple[float, float, float] | None,
    form: str = "{:.3f}",
    width: int = 620,
    height: int = 170,
) -> Html:
    """A line over days with its centre and limits (low, centre, high). What is out stands as a diamond."""
    every = [*values, *(limits or ())]
    reach = (max(every) - min(every)) or abs(max(every)) * 0.1 or 1.0
    frame = Frame(width, height, min(every) - 0.12 * reach, max(every) + 0.12 * reach)
    slot = (width - LEFT - RIGHT) / max(len(days), 1)
    at = [round(LEFT + slot * (i + 0.5), 2) for i in range(len(days))]
    marks: list[str] = []
    for value, style in zip(limits or (), ("limit", "centre", "limit"), strict=False):
        marks.append(tag("line", x1=LEFT, x2=width - RIGHT, y1=frame.y(value), y2=frame.y(value), class_=style))
    line = " ".join(f"{x},{frame.y(value)}" for x, value in zip(at, values, strict=True))
    marks.append(tag("polyline", points=line, class_="line"))
    for x, value, day, is_out in zip(at, values, days, out, strict=True):
        y, title = frame.y(value), tag("title", f"{day}: {form.format(value)}")
        if is_out:
            corners = f"{x},{y - 7} {x + 7},{y} {x},{y + 7} {x - 7},{y}"
            marks.append(tag("polygon", title, points=corners, class_="out", data_value=value))
        else:
            marks.append(tag("circle", title, cx=x, cy=y, r=3.2, class_="point", data_value=value))
    return _svg(name, frame, _grid(frame, form), *marks, *_days(frame, days, slot))


def band(
    name: str, days: Sequence[str], spread: Sequence[tuple[float, float, float]], width: int = 620, height: int = 170
) -> Html:
    """The median over days, and the band between two percentiles. spread: (low, middle, high), 0..1."""
    frame = Frame(width, height, 0, 1)
    slot = (width - LEFT - RIGHT) / max(len(days), 1)
    at = [round(LEFT + slot * (i + 0.5), 2) for i in range(len(days))]
    upper = [f"{x},{frame.y(high)}" for x, (_, _, high) in zip(at, spread, strict=True)]
    lower = [f"{x},{frame.y(low)}" for x, (low, _, _) in zip(at, spread, strict=True)]
    marks: list[str] = [tag("polygon", points=" ".join([*upper, *reversed(lower)]), class_="band")]
    line = " ".join(f"{x},{frame.y(middle)}" for x, (_, middle, _) in zip(at, spread, strict=True))
    marks.append(tag("polyline", points=line, class_="line"))
    for x, day, (low, middle, high) in zip(at, days, spread, strict=True):
        title = tag("title", f"{day}: {low:.2f} · {middle:.2f} · {high:.2f}")
        marks.append(tag("circle", title, cx=x, cy=frame.y(middle), r=3.2, class_="point", data_value=middle))
    return _svg(name, frame, _grid(frame, "{:g}"), *marks, *_days(frame, days, slot))


def _grid(frame: Frame, form: str) -> Html:
    lines: list[str] = []
    for value in ticks(frame.low, frame.high):
        if form == COUNT and value % 1:
            continue
        y = frame.y(value)
        lines.append(tag("line", x1=LEFT, x2=frame.width - RIGHT, y1=y, y2=y, class_="grid"))
        lines.append(tag("text", form.format(value), x=LEFT - 7, y=y + 4, class_="tick end"))
    return Html("".join(lines))


def _days(frame: Frame, days: Sequence[str], slot: float) -> list[Html]:
    """Month and day below every so many days, so that none touches the next."""
    every = max(1, ceil(46 / slot))
    return [
        tag("text", day[5:], x=round(LEFT + slot * (i + 0.5), 2), y=frame.height - 9, class_="tick middle")
        for i, day in enumerate(days)
        if i % every == 0
    ]


def _svg(name: str, frame: Frame, *marks: str) -> Html:
    return tag(
        "svg",
        *marks,
        viewBox=f"0 0 {frame.width} {frame.height}",
        role="img",
        aria_label=name,
        class_="plot",
        style=f"max-width:{frame.width}px",
    )
