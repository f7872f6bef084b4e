"""Lines are learned, added, forgotten, and what is stored is made again: with the real command, on disk and MinIO."""

import re
from pathlib import Path

import alba
import pytest
from newsbeam_command import WITHOUT_MODEL, listing, newsbeam, rows

from schemas.settings import LakeSettings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "newsbeam.toml").write_text(WITHOUT_MODEL)
    return tmp_path


def texts(folder: Path, *flags: str) -> dict[str, list[str]]:
    found = rows(folder, "SELECT source_uri, text FROM articles", *flags)
    return {Path(row["source_uri"]).stem: row["text"].split("\n") for row in found}


def run(folder: Path, *arguments: str) -> str:
    ended = newsbeam(folder, *arguments)
    assert ended.code == 0, ended.err
    return ended.out


def test_promo_is_learned_from_five_articles_and_taken_out_of_the_sixth(folder: Path) -> None:
    first = [name for name in alba.STORIES if name != "bridge"]
    alba.write(folder, *first)
    assert "3 boilerplate lines learned" in run(folder, "ingest", alba.NAME)
    alba.write(folder, "bridge")
    run(folder, "ingest", alba.NAME)
    (bridge,) = rows(folder, "SELECT text, removed FROM articles WHERE source_uri LIKE '%bridge.txt'")
    assert bridge["text"].split("\n") == list(alba.STORIES["bridge"])
    assert [line["text"] for line in bridge["removed"]] == [alba.MIDDLE, *alba.END]
    assert all(re.fullmatch(r"learned\.[0-9a-f]{8}", line["rule"]) for line in bridge["removed"])


def test_what_is_stored_follows_the_rules_there_and_back(folder: Path) -> None:
    names = [name for name in alba.STORIES if name != "bridge"]
    alba.write(folder, *names)
    run(folder, "ingest", alba.NAME)
    assert all(alba.MIDDLE in text for text in texts(folder).values())
    before = listing(folder / "data")
    shown = run(folder, "replay", "text", "--dry-run")
    assert shown.count(f"-{alba.MIDDLE}") == 5
    assert "5 of 5 documents would change" in shown
    assert listing(folder / "data") == before

    run(folder, "replay", "text")
    assert texts(folder) == {name: list(alba.STORIES[name]) for name in names}
    before = listing(folder / "data")
    assert "0 articles" in run(folder, "replay", "text")
    assert listing(folder / "data") == before
    listed = newsbeam(folder, "rules", "list", "--json").json
    learned = {row["line"]: row for row in listed if row["status"] == "learned"}
    assert {line: row["articles"] for line, row in learned.items()} == dict.fromkeys((alba.MIDDLE, *alba.END), 5)

    run(folder, "rules", "forget", learned[alba.MIDDLE]["id"])
    run(folder, "replay", "text")
    assert all(text[2] == alba.MIDDLE and len(text) == 5 for text in texts(folder).values())

    sentence = alba.STORIES["owls"][2]
    added = run(folder, "rules", "add", sentence.upper(), "--source", alba.NAME).split(":")[0]
    told = run(folder, "rules", "test", sentence, "--source", alba.NAME)
    assert f"own.{added}" in told
    assert "takes it" in told
    run(folder, "replay", "text")
    assert sentence not in texts(folder)["owls"]
    counts = rows(folder, "SELECT count(*) AS revisions, count(DISTINCT revision_id) AS names FROM article_revisions")
    assert counts == [{"revisions": 5 + 5 + 5 + 1, "names": 16}]
    ledger = rows(folder, "SELECT outcome, count(*) AS times FROM outcomes GROUP BY 1")
    assert ledger == [{"outcome": "stored", "times": 16}]


def test_a_built_in_rule_can_be_turned_off_and_on(folder: Path) -> None:
    (folder / "page.txt").write_text("\n\n".join([*alba.STORIES["owls"], "WATCH ALBA LIVE HERE"]))
    run(folder, "rules", "forget", "promo.watch-live")
    run(folder, "ingest", "page.txt")
    assert texts(folder)["page"][-1] == "WATCH ALBA LIVE HERE"
    run(folder, "rules", "add", "promo.watch-live")
    run(folder, "replay", "text")
    assert texts(folder)["page"] == list(alba.STORIES["owls"])


def test_failures_are_tried_again_once_what_stopped_them_is_gone(folder: Path) -> None:
    alba.write(folder, "owls")
    (folder / alba.NAME / "picture.txt").write_text("-- \n 12 :: 13 --\n")
    (folder / "newsbeam.toml").write_text(WITHOUT_MODEL + "timeout = 0.0005\n")
    run(folder, "ingest", alba.NAME)
    assert "processing_timeout" in {row["outcome"] for row in rows(folder, "SELECT outcome FROM dead_letters")}
    (folder / "newsbeam.toml").write_text(WITHOUT_MODEL)
    assert "+" + alba.STORIES["owls"][0] in run(folder, "replay", "failures", "--dry-run")
    run(folder, "replay", "failures")
    assert list(texts(folder)) == ["owls"]
    standing = rows(folder, "SELECT outcome FROM dead_letters WHERE NOT stored_since")
    assert len(standing) == 1
    before = listing(folder / "data")
    run(folder, "replay", "failures")
    assert listing(folder / "data") == before


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("scan.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Size 3 >>\n%%EOF"),
        ("broken.jsonl", b'{"title": "No text at all"}\n{"text": \n'),
        ("tables.xml", b"<?xml version='1.0'?><stock><item>seven barrels of herring, salted</item></stock>"),
    ],
)
def test_what_was_no_document_does_not_become_one(folder: Path, name: str, data: bytes) -> None:
    (folder / name).write_bytes(data)
    run(folder, "ingest", name)
    letters = rows(folder, "SELECT count(*) AS letters FROM dead_letters WHERE payload_size > 0")[0]["letters"]
    assert letters > 0
    told = run(folder, "replay", "failures")
    assert "0 articles" in told
    assert "would still not be stored" in told


def test_bad_words_are_told_in_one_line(folder: Path) -> None:
    for arguments, said in (
        (("rules", "forget", "deadbeef"), "there is no rule 'deadbeef'"),
        (("rules", "add", "-- 12 --"), "has no letter"),
        (("rules", "add", "word " * 100), "no line of more than 400"),
        (("rules", "add", "promo.watch-live"), "is on already"),
        (("replay", "titles"), "invalid choice"),
    ):
        ended = newsbeam(folder, *arguments)
        assert (ended.code, len(ended.err.splitlines())) == (2, 1), ended.err
        assert said in ended.err


def test_a_lake_that_is_not_there_has_only_the_built_in_rules(folder: Path) -> None:
    listed = newsbeam(folder, "rules", "list", "--json").json
    assert {row["status"] for row in listed} == {"built-in"}
    assert "0 of 0 documents would change" in run(folder, "replay", "text", "--dry-run")


def test_it_works_on_a_bucket(folder: Path, lake_settings: LakeSettings) -> None:
    flags = ("--lake", lake_settings.uri)
    environment = {"NEWSBEAM_S3_ENDPOINT": lake_settings.endpoint} if lake_settings.remote else {}
    alba.write(folder, *alba.STORIES)
    assert newsbeam(folder, *flags, "ingest", alba.NAME, environment=environment).code == 0
    assert newsbeam(folder, *flags, "replay", "text", environment=environment).code == 0
    found = rows(folder, "SELECT text FROM articles", *flags, environment=environment)
    assert sorted(row["text"] for row in found) == sorted("\n".join(story) for story in alba.STORIES.values())


def test_names_are_found_again_by_another_tagger(folder: Path) -> None:
    alba.write(folder, "owls", "choir")
    run(folder, "ingest", alba.NAME)
    shown = run(folder, "replay", "entities", "--dry-run", "--tagger", "spacy")
    assert "+Isla Renwick  PERSON  1x" in shown
    run(folder, "replay", "entities", "--tagger", "spacy")
    found = rows(folder, "SELECT entity FROM mentions WHERE label = 'PERSON' ORDER BY entity")
    assert {"Isla Renwick", "Euan Blackadder"} <= {row["entity"] for row in found}
    wrong = (
        "SELECT count(*) AS wrong FROM mentions AS m JOIN articles AS a USING (revision_id)"
        " WHERE m.text <> a.text[m.start + 1 : m.end]"
    )
    assert rows(folder, wrong) == [{"wrong": 0}]
    before = listing(folder / "data")
    run(folder, "replay", "entities", "--tagger", "spacy")
    assert listing(folder / "data") == before
