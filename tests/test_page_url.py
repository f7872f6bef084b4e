"""What a page calls its address."""

from pathlib import Path

import pytest

from schemas.records import Reference, Shard
from transforms.article.ids import article_id
from transforms.article.page_url import page_url
from transforms.article.seeds import references
from transforms.fetch.urls import url_key

ADDRESS = "https://example.com/a/story?id=7"
PAGES = {
    "canonical": f'<head><link rel="canonical" href="{ADDRESS}"></head>',
    "attributes turned round": f"<head><LINK HREF='{ADDRESS}' REL='nofollow Canonical' /></head>",
    "without quotes": f"<link rel=canonical href={ADDRESS}>",
    "entities": '<link rel="canonical" href="https://example.com/a/story?id=7&amp;utm_source=x">',
    "before og:url": f'<meta property="og:url" content="https://example.com/b"><link rel="canonical" href="{ADDRESS}">',
    "og:url": f'<meta content="{ADDRESS}" property="og:url">',
    "og:url as a name": f'<meta name="og:url" content="{ADDRESS}">',
    "saved page": f"<!-- saved from url=(0032){ADDRESS} --><html>",
    "single file": f"<!DOCTYPE html><html><!--\n Page saved with SingleFile \n url: {ADDRESS} \n saved date: x--><p>x",
    "root, but og:url": f'<link rel="canonical" href="https://example.com/"><meta name="og:url" content="{ADDRESS}">',
    "relative, but og:url": f'<link rel="canonical" href="/a"><meta property="og:url" content="{ADDRESS}">',
    "the second canonical": f'<link rel="canonical" href=""><link rel="canonical" href="{ADDRESS}">',
    "other in a comment": f'<!-- <link rel=canonical href=//a.org/b> --><meta name="og:url" content="{ADDRESS}">',
    "other in a script": f'<script>"<link rel=canonical href=//a.org/b>"</script><link rel=canonical href="{ADDRESS}">',
    "after a tag with >": f'<meta name="a" content="x > y"><link rel="canonical" href="{ADDRESS}">',
    "long head": "<meta name=x content=y>" * 5000 + f'<link rel="canonical" href="{ADDRESS}">',
}
NOWHERE = {
    "nothing": "<html><p>x</p></html>",
    "root": '<link rel="canonical" href="https://example.com/">',
    "root without slash": '<link rel="canonical" href="https://example.com">',
    "root with a campaign": '<link rel="canonical" href="https://example.com/?utm_source=x">',
    "relative": '<link rel="canonical" href="/a/story">',
    "without scheme": '<link rel="canonical" href="//example.com/a/story">',
    "other scheme": '<link rel="canonical" href="file:///home/a.html">',
    "this machine": '<meta property="og:url" content="http://localhost:3000/a">',
    "broken": '<link rel="canonical" href="https://[example.com/a">',
    "with a space": '<link rel="canonical" href="https://example.com/a story">',
    "endless": f'<link rel="canonical" href="https://example.com/{"a" * 2500}">',
    "alternate": '<link rel="alternate" href="https://example.com/a">',
    "only in a comment": '<!-- <link rel="canonical" href="https://example.com/a"> --><p>x</p>',
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_what_a_page_calls_itself(page: str):
    assert url_key(page_url(page.encode())) == ADDRESS
    assert url_key(page_url(page.encode("utf-16"))) == ADDRESS


@pytest.mark.parametrize("page", NOWHERE.values(), ids=NOWHERE)
def test_addresses_that_name_no_page(tmp_path: Path, page: str):
    assert page_url(page.encode()) == ""
    path = tmp_path / "a.html"
    path.write_text("<html>" + page)
    [reference] = references(Shard(str(path)))
    assert isinstance(reference, Reference)
    assert (reference.url, reference.article_id) == ("", article_id("", reference.raw_hash))


def test_a_non_ascii_address_in_an_old_encoding():
    page = '<link rel="canonical" href="https://example.com/café">'
    assert page_url(page.encode()) == page_url(page.encode("cp1252")) == "https://example.com/café"
