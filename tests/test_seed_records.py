"""What one JSON record says."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.article.seed_records import document_fields, json_record


def test_field_names():
    value = {
        "Headline": " A title ",
        "articleBody": "Words.",
        "datePublished": "2026-01-02",
        "inLanguage": "en",
        "byline": "By Ana Abay",
        "keywords": "a, b;c,,a",
        "image": [{"url": "https://example.com/i.jpg"}],
        "other": "x",
    }
    assert document_fields(value) == {
        "title": "A title",
        "text": "Words.",
        "published_at": "2026-01-02",
        "language": "en",
        "authors": ["Ana Abay"],
        "tags": ["a", "b", "c"],
        "image_url": "https://example.com/i.jpg",
    }


@pytest.mark.parametrize(
    ("value", "fields"),
    [
        ({"text": None, "body": "b"}, {"text": "b"}),
        ({"text": ["a"], "content": "<p>a</p><p>b</p>"}, {"html": "<p>a</p><p>b</p>"}),
        ({"text": "1 < 2", "html": "<p>1"}, {"text": "1 < 2", "html": "<p>1"}),
        ({"text": "a\0b \ud800"}, {"text": "ab \ufffd"}),
        ({"authors": ["A", {"name": "B"}, 3, "A", None]}, {"authors": ["A", "B"]}),
        ({"author": {"name": "A"}}, {"authors": ["A"]}),
        ({"date": 1767312000}, {"published_at": "2026-01-02T00:00:00+00:00"}),
        ({"date": 1767312000123}, {"published_at": "2026-01-02T00:00:00.123000+00:00"}),
        ({"date": 10**400}, {}),
        ({"date": float("nan")}, {}),
        ({"date": True, "title": {"a": 1}, "image": []}, {}),
    ],
)
def test_odd_values(value: dict[str, object], fields: dict[str, object]):
    assert document_fields(value) == fields


@settings(max_examples=40, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=6
    )
)
def test_any_value_of_any_field_is_no_surprise(value: object):
    for name in ("text", "html", "url", "authors", "tags", "date", "image", "language"):
        record = json_record(json.dumps({name: value}).encode(), 0)
        assert record.refusal is None or record.refusal.outcome in ("bad_record", "empty")
        assert record.data.decode("utf-8")


@given(st.binary(max_size=60))
def test_any_bytes_are_a_record_or_refused(data: bytes):
    assert json_record(data, 0).refusal is not None
