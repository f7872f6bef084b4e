"""By-lines in their many forms, and lines that only look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.article.byline import byline_of, read_byline


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Jane Roe, Example News", ["Jane Roe"]),
        ("By Jane Roe, Staff Writer", ["Jane Roe"]),
        ("By Jane Roe and John Doe, Associated Press", ["Jane Roe", "John Doe"]),
        ("By Jane Roe, John Doe and Ann Lee", ["Jane Roe", "John Doe", "Ann Lee"]),
        ("By Jane Roe in Paris and John Doe in Nairobi", ["Jane Roe", "John Doe"]),
        ("By: Jane Roe", ["Jane Roe"]),
        ("*By Jane Roe*", ["Jane Roe"]),
        ("By Jane Roe | May 3, 2026", ["Jane Roe"]),
        ("By Jane Roe, 3 May 2026", ["Jane Roe"]),
        ("JANE ROE | Staff Writer", ["JANE ROE"]),
        ("Jane Roe, Senior Political Correspondent", ["Jane Roe"]),
        ("Jane Roe • Example News", ["Jane Roe"]),
        ("Jane Roe in Paris", ["Jane Roe"]),
        ("Jane Roe/John Doe, Reuters", ["Jane Roe", "John Doe"]),
        ("Written by Jane Roe", ["Jane Roe"]),
        ("Story by Jane Roe", ["Jane Roe"]),
        ("Von Käthe Groß, Zürich", ["Käthe Groß"]),
        ("Ein Kommentar von Käthe Groß", ["Käthe Groß"]),
        ("Par Jean-Luc Martin et Zoé Petit (avec AFP)", ["Jean-Luc Martin", "Zoé Petit"]),
        ("Por Ana María López", ["Ana María López"]),
        ("Di Maria Rossi", ["Maria Rossi"]),
        ("Av Åse Dahl", ["Åse Dahl"]),
        ("Text: Käthe Groß", ["Käthe Groß"]),
        ("Автор: Иван Петров", ["Иван Петров"]),
        ("记者 李明", ["李明"]),
        ("（记者 李明、王芳）", ["李明", "王芳"]),
        ("By Ludwig van der Berg", ["Ludwig van der Berg"]),
        ("By Omar al-Hassan", ["Omar al-Hassan"]),
    ],
)
def test_bylines(line, names):
    assert byline_of(line) == names


@pytest.mark.parametrize(
    "line",
    [
        "",
        "By",
        "Jane Roe",
        "Jane Roe and John Doe",
        "By the river stood a house",
        "By Monday the water had reached the second floor of the town hall",
        "By Jane Roe the bridge is loved, by John Doe it is not.",
        "Von Montag an gilt ein neuer Fahrplan",
        "Por ahora no hay acuerdo",
        "Di Maria scores twice",
        "Police in Paris",
        "Climate Change, Explained",
        "记者会结束",
        "Jane Roe, who lives in Paris",
        "By Example News",
    ],
)
def test_what_is_no_byline(line):
    assert byline_of(line) == []


def test_the_date_behind_the_names():
    date = read_byline("By Jane Roe, 3 May 2026").date
    assert date is not None
    assert date.words == "3 May 2026"


def test_a_name_and_a_place_may_be_a_headline_as_well():
    assert not read_byline("Jane Roe in Paris").plain
    assert read_byline("By Jane Roe in Paris").plain


@given(st.text(max_size=160))
def test_any_line_is_answered(line):
    assert all(isinstance(name, str) and name for name in byline_of(line))
