"""Corrections of names: read from names.toml, applied to what a tagger found, reported."""

from pathlib import Path

import alba
import pytest
from newsbeam_command import WITHOUT_MODEL, newsbeam, rows

from newsbeam.names_file import read_names
from schemas.errors import SettingsError
from schemas.records import Correction
from transforms.article.names.corrections import correct_names, link_of
from transforms.article.names.page import Name, Page, make_page

TEXT = "Rab Kinnear of Alba met Kinnear of Carrow."


def page() -> Page:
    names = [
        (0, 11, "PERSON", "Rab Kinnear"),
        (15, 19, "GPE", "Alba"),
        (24, 31, "PERSON", "Rab Kinnear"),
        (35, 41, "GPE", "Carrow"),
    ]
    made = make_page("", TEXT, "en")
    return made.with_names(Name(start, end, label, label, entity) for start, end, label, entity in names)


def found(*corrections: Correction) -> list[tuple[str, str, str]]:
    corrected = correct_names(page(), corrections).page
    return [(corrected.surface(name), name.label, name.entity) for name in corrected.names]


WHOLE = [
    ("Rab Kinnear", "PERSON", "Rab Kinnear"),
    ("Alba", "GPE", "Alba"),
    ("Kinnear", "PERSON", "Rab Kinnear"),
    ("Carrow", "GPE", "Carrow"),
]


@pytest.mark.parametrize(
    ("correction", "changed"),
    [
        (Correction("drop", ("Alba",)), {1: None}),
        (Correction("drop", ("Rab Kinnear",)), {0: None, 2: None}),
        (Correction("drop", ("Kinnear",)), {2: None}),
        (Correction("drop", ("Alba",), ("ORG",)), {}),
        (Correction("drop", ("alba",)), {}),
        (Correction("retype", ("Alba",), ("GPE",), "ORG"), {1: ("Alba", "ORG", "Alba")}),
        (
            Correction("merge", ("Carrow", "Alba"), (), "Alba and Carrow"),
            {1: ("Alba", "GPE", "Alba and Carrow"), 3: ("Carrow", "GPE", "Alba and Carrow")},
        ),
        (Correction("link", ("Alba",), (), "https://example.org/alba", "GB"), {}),
    ],
)
def test_one_correction(correction: Correction, changed: dict[int, tuple[str, str, str] | None]) -> None:
    wanted = [changed.get(number, name) for number, name in enumerate(WHOLE)]
    assert found(correction) == [name for name in wanted if name]


def test_which_ones_found_something() -> None:
    corrections = (
        Correction("drop", ("Nobody",)),
        Correction("retype", ("Alba",), (), "ORG"),
        Correction("drop", ("Alba",), ("GPE",)),
        Correction("link", ("Carrow",), (), "", "GB"),
    )
    assert correct_names(page(), corrections).matched == (2, 3)
    assert link_of("Carrow", "GPE", corrections) == corrections[3]
    assert link_of("Alba", "GPE", corrections) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[drop]]\n", "name must be a name"),
        ('[[drop]]\nname = "A"\ncolour = 1', "unknown key colour"),
        ('[[retype]]\nname = "A"', "needs to"),
        ('[[retype]]\nname = "A"\nto = "PLACE"', "PLACE is no label"),
        ('[[merge]]\nnames = ["A", 3]\ninto = "B"', "name must be a name"),
        ('[[link]]\nname = "A"', "needs country or link"),
        ('[[link]]\nname = "A"\ncountry = "Niger"', "two capital letters"),
        ('[[rename]]\nname = "A"', "rename is no kind"),
        ('drop = "A"', "drop is no kind"),
        ("[[drop", "not valid TOML"),
    ],
)
def test_a_file_that_can_not_be_is_told_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "names.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said) as caught:
        read_names(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        read_names(tmp_path / "names.toml")
    monkeypatch.chdir(tmp_path)
    assert read_names(None) == ()


def test_a_run_applies_and_reports_them_and_a_replay_follows(tmp_path: Path) -> None:
    (tmp_path / "newsbeam.toml").write_text(WITHOUT_MODEL.replace('"none"', '"spacy"'))
    alba.write(tmp_path, "owls", "choir")
    (tmp_path / "names.toml").write_text(
        '[[merge]]\nname = "Isla Renwick"\ninto = "Dr Isla Renwick"\n[[drop]]\nname = "Nobody Here"\n'
        '[[link]]\nname = "Euan Blackadder"\nlink = "https://example.org/euan"\n'
    )
    ended = newsbeam(tmp_path, "ingest", alba.NAME)
    assert ended.code == 0, ended.err
    assert "2 of 3 corrections of names found something; found nothing: drop Nobody Here" in ended.out
    named = (
        "SELECT name, link FROM (SELECT unnest(entities, recursive := true) FROM articles)"
        " WHERE label = 'PERSON' ORDER BY name"
    )
    assert rows(tmp_path, named) == [
        {"name": "Dr Isla Renwick", "link": ""},
        {"name": "Euan Blackadder", "link": "https://example.org/euan"},
    ]
    (tmp_path / "names.toml").write_text('[[drop]]\nname = "Isla Renwick"\n')
    ended = newsbeam(tmp_path, "replay", "entities", "--json")
    assert ended.code == 0, ended.err
    assert ended.json["corrections"] == {"drop Isla Renwick": 1}
    assert rows(tmp_path, named) == [{"name": "Euan Blackadder", "link": ""}]
