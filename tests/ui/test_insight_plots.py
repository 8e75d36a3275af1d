"""What the drawings and tables say, by their values."""

import json
import re
from xml.etree import ElementTree

import pytest

from cargoscope.ui.insight import plots
from cargoscope.ui.insight.markup import LANGUAGES, Html, Words, catalogue, tag
from cargoscope.ui.insight.model import confusion


def values(drawn: Html, element: str) -> list[float]:
    found = ElementTree.fromstring(drawn).iter(element)
    return [float(one.attrib["data-value"]) for one in found if "data-value" in one.attrib]


def test_bars_are_as_high_as_their_counts_and_stand_on_each_other() -> None:
    drawn = plots.stacked("n", ["2026-01-01", "2026-01-02"], [("release", "r", [3, 0]), ("hold", "h", [1, 2])])
    bars = [e.attrib for e in ElementTree.fromstring(drawn).iter("rect")]
    assert [bar["data-value"] for bar in bars] == ["3", "1", "2"]
    heights = [float(bar["height"]) for bar in bars]
    assert heights[0] == pytest.approx(3 * heights[1], rel=0.01)
    assert float(bars[1]["y"]) + heights[1] == pytest.approx(float(bars[0]["y"]), abs=0.02)


def test_a_dot_stands_between_the_ends_of_its_interval() -> None:
    drawn = plots.intervals("n", [plots.Dot("lan", 0.25, 0.1, 0.5, "words")])
    (dot,) = (e for e in ElementTree.fromstring(drawn).iter("circle"))
    lines = [e for e in ElementTree.fromstring(drawn).iter("line") if e.attrib["class"] == "whisker"]
    assert float(lines[0].attrib["x1"]) < float(dot.attrib["cx"]) < float(lines[0].attrib["x2"])
    assert dot.findtext("title") == "words"


def test_what_is_out_of_control_is_a_diamond_and_the_rest_are_points() -> None:
    drawn = plots.control("n", ["2026-01-01", "2026-01-02"], [1.0, 3.0], [False, True], (0.5, 1.0, 1.5))
    assert values(drawn, "circle") == [1.0]
    assert values(drawn, "polygon") == [3.0]
    assert len([e for e in ElementTree.fromstring(drawn).iter("line") if e.attrib["class"] == "limit"]) == 2


@pytest.mark.parametrize(
    "drawn",
    [
        plots.stacked("n", ["2026-01-01"], [("release", "r", [0])]),
        plots.bars("n", ["a", "b"], [0, 0]),
        plots.control("n", ["2026-01-01"], [0.0], [False], None),
        plots.band("n", ["2026-01-01"], [(0.1, 0.2, 0.3)]),
        plots.detection("n", [("lan", 0.02, 0.98, "w")], ("x", "y")),
    ],
)
def test_every_drawing_is_named_and_well_formed_with_the_least_there_is(drawn: Html) -> None:
    root = ElementTree.fromstring(drawn)
    assert root.attrib["aria-label"] == "n"
    assert "nan" not in drawn


def test_labels_of_dots_that_lie_close_cover_neither_each_other_nor_a_dot() -> None:
    dots = [("Test images in live work", 0.07, 0.75), ("Training", 0.125, 0.75), ("Warm-ups", 0.125, 0.83)]
    drawn = ElementTree.fromstring(plots.detection("n", [(*dot, "w") for dot in dots], ("x", "y")))
    boxes = [(float(e.attrib["cx"]) - 6, float(e.attrib["cy"]) - 6, 12.0, 12.0) for e in drawn.iter("circle")]
    for text in (e for e in drawn.iter("text") if e.attrib.get("class", "").startswith("label")):
        x, y, long = float(text.attrib["x"]), float(text.attrib["y"]), 6.0 * len(text.text or "")
        boxes.append((x - long if "end" in text.attrib["class"] else x, y - 10, long, 12.0))
    assert len(boxes) == 6
    for i, (x, y, wide, high) in enumerate(boxes):
        for x2, y2, wide2, high2 in boxes[i + 1 :]:
            apart = x + wide <= x2 or x2 + wide2 <= x or y + high <= y2 or y2 + high2 <= y
            assert apart or (wide == wide2 == 12), boxes


def test_an_axis_of_counts_has_whole_numbers_alone() -> None:
    drawn = ElementTree.fromstring(plots.bars("n", ["a"], [2]))
    ticks = [e.text for e in drawn.iter("text") if e.attrib.get("class") == "tick end"]
    assert ticks == ["0", "1", "2"]


def test_the_confusion_table_shows_every_count() -> None:
    counts = [[5, 1], [2, 0]]
    drawn = confusion(Words("en"), {"said": ["firearm", ""], "judged": ["firearm", ""], "counts": counts})
    assert [int(count) for count in re.findall(r'data-count="(\d+)"', drawn)] == [5, 1, 2, 0]


def test_what_comes_from_outside_is_text_and_never_markup() -> None:
    assert tag("p", "<script>", title='"x"') == '<p title="&quot;x&quot;">&lt;script&gt;</p>'
    assert tag("p", tag("b", "x")) == "<p><b>x</b></p>"


def test_every_language_has_every_word_with_the_same_places() -> None:
    english = catalogue("en")
    for language in LANGUAGES:
        words = catalogue(language)
        assert set(words) == set(english)
        for key, text in words.items():
            assert text.strip(), key
            assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", english[key])), (language, key)
    assert json.dumps(english)


def test_numbers_and_spans_are_written_as_the_language_does() -> None:
    english, spanish = Words("en"), Words("es")
    assert (english.number(1234.5, 1), spanish.number(1234.5, 1)) == ("1,234.5", "1\u202f234,5")
    assert english.number(None) == english.number(float("nan")) == "–"
    assert english.number(-0.5, 1) == "\u22120.5"
    assert english.number(-0.001, 2) == "0.00"
    spans = [english.seconds(s) for s in (7.25, 42, 400, 9000, 200_000)]
    assert spans == [
        "7.2 s",
        "42 s",
        "6.7 min",
        "2.5 h",
        "2.3 d",
    ]
