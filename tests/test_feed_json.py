"""Large JSON, read member by member: the same as `json.loads`, wherever the pieces end."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.fetch.feed_json import members

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(["items", "title", "é", "1", ""]), VALUES, max_size=5)


def pieces(text: str, size: int) -> list[bytes]:
    return [text[start : start + size].encode() for start in range(0, len(text), size)]


def put_together(text: str, size: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in members(pieces(text, size), "items"):
        if one.is_element:
            found[one.name].append(one.value)
        else:
            found[one.name] = one.value
    return found


@settings(deadline=None)
@given(OBJECTS, st.integers(1, 40), st.sampled_from([None, 1]), st.booleans())
def test_the_same_as_all_at_once(value: dict[str, Any], size: int, indent: int | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    if any("\ud800" <= character <= "\udfff" for character in text):
        return
    assert put_together(f" {text}\n", size) == value


@pytest.mark.parametrize(
    "text", ["", "{", '{"a"', '{"a":', '{"a":1', '{"a" 1}', '{"a":1 "b":2}', "{1:2}", '{"items":[1', '{"items":[1 2]}']
)
def test_what_is_no_object_is_refused(text: str) -> None:
    for size in (1, 3, 100):
        with pytest.raises(ValueError, match=r"."):
            put_together(text, size)


def test_what_follows_the_object_is_refused() -> None:
    with pytest.raises(ValueError, match="after the object"):
        put_together('{"a":1} {', 2)


@pytest.mark.parametrize("value", ["x" * 3_000_000, "[" * 200_000, '{"a":' * 100_000, "1" * 4_000])
def test_hostile_values_take_little_time(value: str) -> None:
    start = time.process_time()
    for text in (f'{{"items":[{json.dumps(value)}', f'{{"items":[{value}', f'{{"title":{value}'):
        with pytest.raises((ValueError, RecursionError)):
            put_together(text, 65_536)
    assert time.process_time() - start < 3
