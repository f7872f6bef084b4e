"""The real seed article, which stays where it is: what its row must hold."""

import os
from pathlib import Path

import pytest
from newsbeam_command import newsbeam, rows

DATA = os.environ.get("NEWSBEAM_DATA", "")

pytestmark = [
    pytest.mark.gate,
    pytest.mark.skipif(not DATA, reason="NEWSBEAM_DATA IS NOT SET: THE REAL SEED ARTICLE IS NOT CHECKED"),
]


def test_the_real_seed_comes_out_clean_and_tagged(tmp_path: Path) -> None:
    ended = newsbeam(tmp_path, "ingest", str(Path(DATA, "seed", "wion-niger.txt")), "--json")
    assert ended.code == 0, ended.err
    (article,) = rows(tmp_path, "SELECT * FROM articles")
    text, removed = article["text"], article["removed"]
    assert (article["dateline"], article["credits"]) == ("Niamey", "With inputs from agencies")
    assert len(text.splitlines()) == 13
    assert "WATCH WION" not in text
    assert "wionews.com" not in text
    assert [line["position"] for line in removed][-3:] == [14, 15, 16]
    assert all(line["rule"] for line in removed)
    assert {"Niger", "France", "AFP", "Mohamed Bazoum"} <= {entity["name"] for entity in article["entities"]}
    mentions = rows(tmp_path, "SELECT * FROM mentions")
    assert len(mentions) > 40
    assert all(text[mention["start"] : mention["end"]] == mention["text"] for mention in mentions)
    assert all(text[entity["start"] : entity["end"]] == entity["text"] for entity in article["entities"])
