"""Pages that hold nothing but the wish to be left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from publisher import page

from transforms.fetch.empty_pages import empty_page


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        pytest.param(
            b'<html><head><meta http-equiv="refresh" content="0; url=/there"></head><body>Moving</body></html>',
            "meta_refresh",
            marks=pytest.mark.fault("meta_refresh"),
        ),
        pytest.param(
            b"<html><body><script>location.href = '/there'</script></body></html>",
            "needs_js",
            marks=pytest.mark.fault("js_redirect"),
        ),
        (b"<html><body><div id=root></div><script src=/app.js></script><script>" + b"x;" * 500, "needs_js"),
        (page(), ""),
        (page().replace(b"<head>", b"<head><meta http-equiv=refresh content=300><script>x</script>") * 3, ""),
        (b"<html><body><p>A short note.</p></body></html>", ""),
    ],
)
def test_only_pages_without_words_are_refused(body: bytes, outcome: str) -> None:
    found = empty_page(body)
    assert (found.outcome if found else "") == outcome


def test_the_target_is_named() -> None:
    found = empty_page(b"<meta http-equiv=refresh content='5;URL=https://example.org/next'>")
    assert found
    assert found.reason == "it only leads on to https://example.org/next"


@given(st.binary(max_size=300), st.sampled_from([b"<script", b"<meta http-equiv=refresh ", b"<style>", b"<"]))
def test_it_takes_anything(junk: bytes, piece: bytes) -> None:
    empty_page(junk + piece * 40 + junk)
