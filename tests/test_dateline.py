"""Datelines: alone on a line, or before the first paragraph."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.article.dateline import is_place, place_of, split_dateline


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("Niamey", "Niamey"),
        ("NAIROBI", "Nairobi"),
        ("Abuja:", "Abuja"),
        ("Paris, France", "Paris, France"),
        ("New Delhi.", "New Delhi"),
        ("Kigali/Goma", "Kigali/Goma"),
        ("München", "München"),
        ("Αθήνα", "Αθήνα"),
        ("Москва", "Москва"),
        ("N’Djamena", "N’Djamena"),
        ("OUAGADOUGOU, Burkina Faso", "Ouagadougou, Burkina Faso"),
    ],
)
def test_a_place_alone(line, place):
    assert is_place(line)
    assert place_of(line) == place


@pytest.mark.parametrize(
    "line",
    [
        "Claim",
        "Opinion",
        "Politics",
        "World",
        "Reading",
        "niamey",
        "Niamey is calm",
        "",
        "–",
        "Niamey " * 12,
        "Roe, Niger coup",
        "Von Käthe Groß, Zürich",
        "Jane Roe, Paris",
        "Jane Roe, Niger",
    ],
)
def test_no_place(line):
    assert not is_place(line)


@pytest.mark.parametrize(
    ("start", "place"),
    [
        ("NIAMEY (Reuters) – ", "Niamey"),
        ("NIAMEY, Niger (AP) — ", "Niamey, Niger"),
        ("ISLAMABAD, March 4 (Reuters) - ", "Islamabad"),
        ("KAMPALA, Uganda, Nov. 3 (Xinhua) -- ", "Kampala, Uganda"),
        ("Berlin (dpa/lno) - ", "Berlin"),
        ("Genève (ATS) – ", "Genève"),
        ("ST. MARYS, Mich. (AP) — ", "St. Marys, Mich."),
        ("MADRID — ", "Madrid"),
        ("Dekalb, Ill. — ", "Dekalb, Ill."),
        ("Indianapolis – ", "Indianapolis"),
        ("BERLIN -- ", "Berlin"),
        ("NEW DELHI: ", "New Delhi"),
        ("München/London – ", "München/London"),
        ("МОСКВА, 4 янв — ", "Москва"),
        ("PARIS, 4 mars (Reuters) - ", "Paris"),
        ("NIPPES (AFP) - ", "Nippes"),  # not in the list of places, but the form says it
        ("新华社北京4月24日电 ", "北京"),
        ("【本报北京讯】", "北京"),
        ("（北京3日综合电）", "北京"),
        ("Paris, le 3 mai — ", "Paris"),
        ("Bruselas, 3 may (EFE).- ", "Bruselas"),
        ("Madrid, 3 may (EFE).– ", "Madrid"),
        ("WASHINGTON (AP) _ ", "Washington"),
        ("LAGOS, Nigeria – May 3, 2026 – ", "Lagos, Nigeria"),
        ("SAN FRANCISCO--(BUSINESS WIRE)--", "San Francisco"),
        ("МОСКВА, 3 мая. /ТАСС/. ", "Москва"),
        ("Tegucigalpa. - ", "Tegucigalpa"),
        ("Caracas, Venezuela.- ", "Caracas, Venezuela"),
        ("中新社上海12月15日电(记者 李明) ", "上海"),
    ],
)
def test_a_dateline_before_the_text(start, place):
    found = split_dateline(start + "Three ministers met on Monday.")
    assert found is not None
    assert (found.place, found.length) == (place, len(start))


@pytest.mark.parametrize(
    "paragraph",
    [
        "CLAIM: the bridge was built in a day.",
        "DEAR ABBY: my husband has bought tickets.",
        "BREAKING — the dam has burst.",
        "Paris: the city of a hundred names.",
        "Niger – a country of 26 million – has closed its borders.",
        "Niger – The country has closed its borders.",
        "France has begun talks with Niger.",
        "Two hostages — an American and an Australian — were freed.",
        "NIAMEY",
        "NIAMEY (Reuters) – ",
        "（记者李明电）三名部长星期一会面。",
        "By Jane Roe, Paris – The ministers met.",
        "",
    ],
)
def test_sentences_that_are_no_dateline(paragraph):
    assert split_dateline(paragraph) is None


@given(st.text(max_size=120))
def test_any_text_is_answered(text):
    found = split_dateline(text)
    assert found is None or 0 < found.length <= len(text)
    assert is_place(text) in {True, False}
