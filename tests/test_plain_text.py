"""Plain text of any layout becomes paragraphs; headline and by-line are seen where they are plainly there."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.article.plain_text import byline_of, find_title, read_paragraphs

PARAGRAPHS = [
    "The council of Marlow has voted to close the old swing bridge to lorries from the first of May, after "
    "inspectors found cracks in two of its four bearings during a routine visit in the autumn.",
    "Drivers will have to take the ring road, which adds eleven minutes to the way into the harbour, while the "
    "town looks for the nine million that a repair would cost.",
    "“We have known it for years,” said the harbour master, Edna Prescott, who has written to three mayors about it "
    "and had an answer from one of them.",
]


def wrapped(width, gap):
    return gap.join(textwrap.fill(paragraph, width) for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(PARAGRAPHS),
        "\r\n".join(PARAGRAPHS),
        "\n\n".join(PARAGRAPHS),
        "\n\n\n \n".join(PARAGRAPHS) + "\n",
        wrapped(72, "\n\n"),
        wrapped(60, "\n\n"),
        wrapped(72, "\n\n").replace("\n", "\r\n"),
        wrapped(72, "\n"),
    ],
    ids=["lines", "crlf", "blocks", "loose", "wrapped-72", "wrapped-60", "wrapped-crlf", "wrapped-no-gap"],
)
def test_every_layout_gives_the_same_paragraphs(text):
    assert read_paragraphs(text) == PARAGRAPHS


def test_indented_paragraphs_of_a_wrapped_text_are_told_apart():
    text = "\n".join("   " + textwrap.fill(paragraph, 70) for paragraph in PARAGRAPHS)
    assert read_paragraphs(text) == PARAGRAPHS


def test_a_list_of_short_lines_is_not_joined():
    lines = ["Results of the regatta on Sunday:", "Oslo 12", "Bergen 9", "Stavanger 4", "Tromsø 2"]
    assert read_paragraphs("\n".join(lines)) == lines


def test_a_headline_is_seen():
    assert find_title(["Marlow closes its swing bridge to lorries", *PARAGRAPHS]) == (
        "Marlow closes its swing bridge to lorries"
    )
    assert find_title(["# Who pays for the bridge?", *PARAGRAPHS]) == "Who pays for the bridge?"
    assert find_title(["市议会批准新的跨河大桥", "市议会经过长时间讨论之后" * 10]) == "市议会批准新的跨河大桥"


@pytest.mark.parametrize(
    "first",
    [
        "Niamey",
        "Claim",
        "Paris, France",
        "By Edna Prescott and John Roe",
        "The bridge is closed.",
        "“It is closed to everybody.”",
        PARAGRAPHS[0],
    ],
)
def test_what_is_no_headline(first):
    assert find_title([first, *PARAGRAPHS[1:]]) == ""


def test_a_short_text_has_no_headline():
    assert find_title(["One line of a few words"]) == ""
    assert find_title(["One line of a few words", "And a short one"]) == ""
    assert find_title([]) == ""


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Edna Prescott", ["Edna Prescott"]),
        ("BY EDNA PRESCOTT AND JOHN ROE", ["EDNA PRESCOTT", "JOHN ROE"]),
        ("Von Käthe Groß", ["Käthe Groß"]),
        ("Par Jean-Luc Martin et Zoé Petit", ["Jean-Luc Martin", "Zoé Petit"]),
        ("By the river stood a house", []),
        ("By Monday the water had reached the second floor of the town hall", []),
        ("By", []),
        ("Edna Prescott", []),
    ],
)
def test_bylines(line, names):
    assert byline_of(line) == names


@settings(deadline=None)
@given(st.text(max_size=300))
def test_paragraphs_are_clean_lines(text):
    for paragraph in read_paragraphs(text):
        assert paragraph == " ".join(paragraph.split())
        assert paragraph
