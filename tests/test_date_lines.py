"""Lines that hold a date and nothing else, and those that only look like it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.article.date_lines import date_line
from transforms.article.moments import parse_moment


@pytest.mark.parametrize(
    ("line", "at", "updated"),
    [
        ("Published: 3 May 2026 10:00 CET", "2026-05-03T09:00", False),
        ("MAY 3, 2026", "2026-05-03T00:00", False),
        ("Sunday, 3 May 2026", "2026-05-03T00:00", False),
        ("May 3rd, 2026", "2026-05-03T00:00", False),
        ("2026-05-03T10:00:00+02:00", "2026-05-03T08:00", False),
        ("10:15 / 3 May 2026", "2026-05-03T10:15", False),
        ("So 03.05.26 | 14:07 Uhr | Von Eva Roe", "2026-05-03T14:07", False),
        ("erstellt: 01. April 2026, 15:25 in: Kultur", "2026-04-01T15:25", False),
        ("Publié le 3 mai 2026 à 10h15", "2026-05-03T10:15", False),
        ("3 de mayo de 2026 - 10:15 h", "2026-05-03T10:15", False),
        ("12 марта 2026 г., 10:15", "2026-03-12T10:15", False),
        ("2026年5月3日 10:15", "2026-05-03T10:15", False),
        ("입력 2026.05.03 10:15", "2026-05-03T10:15", False),
        ("Updated May 3, 2026 at 3:47 p.m. ET", "2026-05-03T19:47", True),
        ("Stand: 03.05.2026, 10:15 Uhr", "2026-05-03T10:15", True),
    ],
)
def test_dates_alone_on_a_line(line, at, updated):
    found = date_line(line)
    assert found is not None
    moment = parse_moment(found.words)
    assert moment is not None
    assert moment.at.isoformat()[:16] == at
    assert found.updated is updated


@pytest.mark.parametrize(
    "line",
    [
        "",
        "03/05/2026",  # the third of May or the fifth of March
        "3 May",
        "May 2026",
        "Niamey 2026",
        "Chapter 3 of 2026",
        "Olympic Games 12, 2024",
        "On 3 May 2026 the bridge closed",
        "Born: 3 May 1962",
        "31 February 2026",
        "3 May 2026 and 4 May 2026",
        "2026-05-03 " * 12,
    ],
)
def test_what_is_no_date(line):
    assert date_line(line) is None


@settings(deadline=None, max_examples=100)
@given(st.text(alphabet="0123456789 :./-|MayJunUhrat,", max_size=40))
def test_any_line_is_answered(line):
    found = date_line(line)
    assert found is None or parse_moment(found.words) is not None
