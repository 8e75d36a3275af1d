import pytest

from cargoscope import taxonomy
from cargoscope.errors import TaxonomyError

ONE = 'schema = "cargoscope.taxonomy/1"\n[[kind]]\n'
GOOD = 'id = "ivory"\nname = "Ivory"\nfamily = "wildlife"\nseverity = 3\ncolour = "#f1e3c6"\nhs = ["0507"]\n'


def test_the_shipped_taxonomy_names_the_first_four_kinds():
    assert {"firearm", "narcotics_package", "cigarettes", "gas_cylinder"} <= set(taxonomy.kinds())


def test_every_colour_is_used_once():
    colours = [kind.colour for kind in taxonomy.kinds().values()]
    assert len(set(colours)) == len(colours)


def test_an_unknown_kind_is_refused_with_the_known_ones():
    with pytest.raises(TaxonomyError, match=r"no kind of contraband named 'gun'; there are \['ammunition'"):
        taxonomy.kind("gun")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (GOOD.replace('"ivory"', '"Ivory tusk"'), "lower_snake_case"),
        (GOOD.replace("severity = 3", "severity = 6"), "severity must be 1..5"),
        (GOOD.replace("#f1e3c6", "cream"), "#rrggbb"),
        (GOOD.replace("0507", "507"), "4 digits"),
        (GOOD + "weight = 3\n", "keys must be"),
        (GOOD + "[[kind]]\n" + GOOD, "stands twice"),
    ],
)
def test_a_bad_entry_is_refused_by_name(wrong, words):
    with pytest.raises(TaxonomyError, match=words):
        taxonomy.parse(ONE + wrong)


def test_another_schema_is_refused():
    with pytest.raises(TaxonomyError, match="schema must be"):
        taxonomy.parse('schema = "other/1"')
