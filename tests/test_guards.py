"""Pages on which parsers hang are refused unread; real ones pass."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Refusal
from transforms.article.guards import MAX_ATTRIBUTES, MAX_BYTES, MAX_TAGS, check_markup


def attributes(count, form='a{}="x"'):
    return "<div " + " ".join(form.format(number) for number in range(count)) + ">text</div>"


@pytest.mark.parametrize(
    "page",
    [
        attributes(100_000),
        attributes(100_000, "a{}"),
        "<p " + "/".join(f"a{number}" for number in range(100_000)) + ">",
        "<script " + " ".join(f"a{number}" for number in range(100_000)) + "></script>",
        attributes(100_000, "a{}='<b>'"),
        attributes(2_000, 'a{}="> <p>"'),
        "<p>" * 1_000_000,
        '<a href="x">y</a>' * 200_000,
        "<div>" * 60_000,
        "x" * (MAX_BYTES + 1),
        "<a b='" * 60_000,
    ],
    ids=range(11),
)
def test_hostile_pages_are_refused_at_once(page):
    start = time.monotonic()
    refusal = check_markup(page, len(page))
    assert isinstance(refusal, Refusal)
    assert refusal.outcome == "too_large"
    assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "page",
    [
        attributes(MAX_ATTRIBUTES - 1),
        "<p>x" * (MAX_TAGS - 1),
        "<script>" + "if (a < b) { c = '<p x y z>'; } " * 5_000 + "</script><p>text</p>",
        "<!-- " + "<a b " * 5_000 + "--><p>text</p>",
        "<p data-json='" + '{"a": "b > c"} ' * 20_000 + "'>text</p>",
        '<a href="x""> a stray quote </a>' * 2_000,
        "a < b and b > c " * 5_000,
        "<style>" + "p > a { x: y } " * 5_000,
        "",
    ],
    ids=range(9),
)
def test_odd_but_harmless_pages_pass(page):
    assert check_markup(page, len(page)) is None


@given(st.text(alphabet="<>/='\"! -ab\n", max_size=300))
def test_any_small_markup_passes(page):
    assert check_markup(page, len(page)) is None
