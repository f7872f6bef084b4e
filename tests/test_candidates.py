"""The candidate that the others bear out is chosen; one that fails costs nothing but itself."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import SettingsError
from transforms.article import candidates
from transforms.article.candidates import STANDARD, Candidate, check_packages, choose, find_candidates
from transforms.article.html_text import parse

BODY = [
    "Officers of the river police found the missing barge on Monday, eleven kilometres below the lock at Marlow.",
    "It had lost its load of gravel and both anchors, but the cat that lives on board was well, the police said.",
    "The owner, Edna Prescott, had reported the theft on Friday after a night of high water and heavy rain.",
    "Nobody knows yet who cut the ropes, and the harbour office is asking for witnesses along the towpath.",
    "川の警察は月曜日に行方不明のはしけを見つけた。猫は無事だった。",
]
NOISE = [
    "Subscribe to our newsletter and never miss a story about barges, locks, cats and the people who love them all.",
    "More from our sponsors: ten harbours you have to see before the tide turns, number six will surprise you now.",
]
PAGE = "<html><head><title>Barge</title></head><body><nav><a href='/'>Home</a></nav><article>{}</article></body></html>"
NAMES = [STANDARD, "precision", "readability", "resiliparse"]


def chosen(*texts):
    return choose([Candidate(name, list(lines)) for name, lines in zip(NAMES, texts, strict=False)]).name


def page(lines=BODY):
    text = PAGE.format("".join(f"<p>{line}</p>" for line in lines))
    tree = parse(text)
    assert tree is not None
    return tree, text


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        ((BODY, BODY, BODY, BODY), STANDARD),
        ((BODY,), STANDARD),
        ((BODY + NOISE, BODY, BODY, BODY), "precision"),
        ((NOISE[1:], BODY[:1], BODY, [*BODY, NOISE[0]]), "readability"),
        ((BODY[:1], BODY[:4], BODY, BODY), "precision"),
        ((BODY, BODY[:1], BODY, BODY), STANDARD),
        ((BODY[:1], ["x"], BODY, [*BODY, "y"]), "readability"),
        ((BODY, BODY[:3], BODY + NOISE, BODY + NOISE[:1]), STANDARD),
        (([*BODY, "Short line."], BODY, BODY, BODY + NOISE), STANDARD),
        ((["one two"], ["one two"], ["three"], ["four five six"]), STANDARD),
    ],
)
def test_the_candidate_that_agrees_most_is_chosen(texts, name):
    assert chosen(*texts) == name


def test_nothing_gives_nothing():
    assert choose([]) == Candidate(STANDARD, [])


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.sampled_from(BODY + NOISE), max_size=6), min_size=1, max_size=4))
def test_the_choice_is_one_of_them_and_the_majority_wins(texts):
    given_ = [Candidate(name, lines) for name, lines in zip(NAMES, texts, strict=False)]
    found = choose(given_)
    assert found in given_
    assert choose([*given_, *(Candidate("other", BODY) for _ in range(40))]).lines[:5] == BODY


def test_every_extractor_reads_a_page_and_leaves_it_as_it_was():
    tree, text = page()
    first = find_candidates(tree, text)
    assert [candidate.name for candidate in first] == NAMES
    assert all(candidate.lines == BODY for candidate in first)
    assert find_candidates(tree, text) == first


@pytest.mark.parametrize("failing", ["main_lines", "precise_lines", "_readability_lines", "_resiliparse_lines"])
def test_an_extractor_that_fails_leaves_the_others(monkeypatch, failing):
    def fail(_):
        raise RecursionError

    monkeypatch.setattr(candidates, failing, fail)
    found = find_candidates(*page())
    assert len(found) == 3
    assert choose(found).lines == BODY


def test_a_huge_page_is_read_by_the_standard_extractor_alone():
    found = find_candidates(*page([*BODY, "x<br>" * 20_001]))
    assert [candidate.name for candidate in found] == [STANDARD]


def test_a_missing_package_is_named_before_anything_starts(monkeypatch):
    check_packages()
    monkeypatch.setitem(candidates.PACKAGES, "no_such_module_here", "no-such-package")
    check_packages.cache_clear()
    with pytest.raises(SettingsError, match="needs no-such-package: pip install no-such-package"):
        check_packages()
    with pytest.raises(SettingsError):
        find_candidates(*page())
    check_packages.cache_clear()


def test_standard_mode_imports_none_of_the_packages():
    code = (
        "import sys; import transforms.article.process; "
        "print([name for name in ('readability', 'resiliparse') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
