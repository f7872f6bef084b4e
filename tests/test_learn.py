"""Lines that recur in different articles of a publisher are learned; versions and background teach nothing."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import LineRules, Payload, Reference
from transforms.article.extract import Extracted, extract
from transforms.article.learn import LineSketch, articles_needed, learn_lines
from transforms.article.line_hash import is_learnable, is_prose, split_hashes
from transforms.article.lines import line_hash, line_hashes, strip_lines

SLOGAN = "Day 4 of our summer appeal for the lifeboats"
PROMO = (
    "The Harbour Letter is written for people who live by the water. Tell your neighbours that they can have it too."
)
BACKGROUND = (
    "The two towns have been at law since 1971, when the lower one dug a second channel without asking anybody."
)
WORDS = "ferry lock tide barge pilot quay harbour crane anchor sluice weir dredger mole buoy hull rope keel mast"


def body(seed: int, paragraphs: int = 6) -> list[str]:
    """Write an article of its own for every seed."""
    chance, words = random.Random(seed), WORDS.split()
    return [
        f"The {chance.choice(words)} of {chance.choice(words)} {seed % 7}x{line} "
        + " ".join(chance.choices(words, k=chance.randint(9, 22)))
        + f" number{seed}{'abcdefghij'[line]}{chance.choice(words)}."
        for line in range(paragraphs)
    ]


def sketches(articles: Sequence[Sequence[str]]) -> list[LineSketch]:
    return [LineSketch(f"{number:04}", line_hashes(lines)) for number, lines in enumerate(articles)]


def statuses(articles: Sequence[Sequence[str]], known: dict[bytes, str] | None = None) -> dict[bytes, str]:
    return {found.line_hash: found.status for found in learn_lines(sketches(articles), known)}


def learned(articles: Sequence[Sequence[str]], line: str) -> str:
    return statuses(articles).get(line_hash(line), "")


@pytest.mark.parametrize(("articles", "status"), [(1, ""), (2, "learned"), (9, "learned")])
def test_a_slogan_is_learned_from_two_articles(articles, status):
    texts = [[*body(seed), SLOGAN] for seed in range(articles)] + [body(seed) for seed in range(50, 60)]
    assert learned(texts, SLOGAN) == status


@pytest.mark.parametrize(
    ("articles", "others", "status"),
    [(2, 0, ""), (3, 0, "candidate"), (4, 0, "learned"), (7, 9, "learned"), (6, 10, "candidate"), (5, 11, "")],
)
def test_what_might_be_a_paragraph_takes_four_and_two_fifths_of_all(articles, others, status):
    texts = [[*body(seed), PROMO] for seed in range(articles)] + [body(seed) for seed in range(50, 50 + others)]
    assert learned(texts, PROMO) == status


def test_chance_does_not_teach_once_there_are_many_articles():
    texts = [[*body(seed), "What happens next"] for seed in range(2)] + [body(seed) for seed in range(50, 248)]
    assert learned(texts, "What happens next") == ""
    assert articles_needed(line_hash("What happens next"), 200) == 4


def test_background_of_one_topic_is_no_boilerplate():
    second = "The upper town says that it lost a third of its water then, and has asked for eleven million in damages."
    topic = [[*body(seed), BACKGROUND, second] for seed in range(3)]
    others = [[*body(seed), SLOGAN] for seed in range(50, 60)]
    found = statuses([*topic, *others])
    assert line_hash(BACKGROUND) not in found
    assert line_hash(second) not in found
    assert found[line_hash(SLOGAN)] == "learned"


def test_articles_on_one_topic_count_once_for_a_paragraph():
    shared = [body(900 + seed, 2) for seed in range(4)]
    topic = [[*body(seed), BACKGROUND, *shared[seed], *shared[seed - 1]] for seed in range(4)]
    assert learned(topic, BACKGROUND) == ""
    assert learned([*topic, *([*body(seed), BACKGROUND] for seed in range(50, 53))], BACKGROUND) == "learned"


def versions(count: int, cut: int = 1) -> list[list[str]]:
    """Write versions of one article: some paragraphs new, some gone, the agency before it."""
    story = [*body(7, 9), SLOGAN, PROMO]
    return [
        [f"Version {'abcdefgh'[number % 8]}", *body(300 + number, cut), *story[number % 2 :]] for number in range(count)
    ]


@pytest.mark.parametrize("count", [2, 3, 5, 12])
def test_near_duplicates_alone_teach_nothing(count):
    assert statuses(versions(count)) == {}
    assert statuses(versions(count, 2)) == {}


def test_versions_of_a_list_teach_nothing():
    table = [f"{word.title()} and {after}" for word, after in pairwise(WORDS.split())]
    assert statuses([["Results at nine", *table], ["Results at ten o'clock", *table[2:]]]) == {}


def test_places_two_articles_share_do_not_make_them_one_topic():
    texts = [["Niamey", "Zinder", *body(seed), PROMO] for seed in range(4)]
    assert learned(texts, PROMO) == "learned"
    assert learned([*texts[:2], *(["Bergen", *text[2:]] for text in texts[2:])], PROMO) == "learned"


def test_near_duplicates_count_once_among_others():
    others = [[*body(seed), "Read by the sea"] for seed in range(50, 56)]
    found = {line.line_hash: line for line in learn_lines(sketches([*versions(6), *others]))}
    assert line_hash(SLOGAN) not in found
    assert found[line_hash("Read by the sea")].articles == 6
    with_one_more = [*versions(6), *others, [*body(99), SLOGAN]]
    assert learned(with_one_more, SLOGAN) == "learned"


def test_pages_with_more_template_than_text_still_teach():
    menu = [f"{word.title()} and {after}" for word, after in pairwise(WORDS.split())]
    teasers = [f"- {line}" for line in body(77, 5)]
    texts = [[*menu, *body(seed, 2), *teasers] for seed in range(5)]
    found = statuses(texts)
    assert {found[line_hash(line)] for line in (*menu, *teasers)} == {"learned"}


def test_equal_signatures_are_one_teacher():
    one, two = sketches([[*body(1), SLOGAN], [*body(2), SLOGAN]])
    assert learn_lines([one._replace(signature=b"same"), two._replace(signature=b"same")]) == []
    assert learn_lines([one._replace(signature=b"one"), two._replace(signature=b"two")]) != []


def test_a_revision_does_not_teach_what_its_article_taught():
    first, other = sketches([[*body(1), SLOGAN], [*body(2), SLOGAN]])
    assert learn_lines([first, other._replace(article_id=first.article_id)]) == []


def test_what_the_owner_decided_is_passed_over():
    texts = [[*body(seed), SLOGAN, PROMO] for seed in range(6)]
    assert statuses(texts, {line_hash(SLOGAN): "forgotten", line_hash(PROMO): "own"}) == {}


def test_a_learned_line_stays_on_half_the_evidence_and_not_on_less():
    known = {line_hash(PROMO): "learned"}
    texts = [[*body(seed), PROMO] for seed in range(4)]
    assert statuses([*texts, *map(body, range(50, 64))], known) == {line_hash(PROMO): "learned"}
    assert statuses([*texts, *map(body, range(50, 110))], known) == {line_hash(PROMO): "candidate"}
    assert statuses(texts[:1] + [body(seed) for seed in range(50, 110)], known) == {}


def test_short_and_long_lines_and_places_are_never_learned():
    long = "never so many words " * 21
    texts = [["Niamey", *body(seed), "Οι", "12:30", "___", long] for seed in range(6)]
    assert statuses(texts) == {}


def test_the_hash_tells_paragraphs_from_headings():
    assert [is_prose(line_hash(line)) for line in (PROMO, SLOGAN, f"- {PROMO}", PROMO[:-1])] == [True] + 3 * [False]
    assert is_prose(line_hash(2 * "เรือข้ามฟากลำเก่าที่สุดของเมืองท่าจะกลับมาให้บริการอีกครั้งในฤดูใบไม้ผลิปีหน้า "))
    assert not is_learnable(split_hashes(line_hashes(["long " * 90]))[0])


NO_ARTICLE = st.sampled_from([b"", b"\x00" * 8, b"\xff" * 16, b"odd"])
ARTICLES = st.lists(
    st.lists(st.sampled_from([*body(1), *body(2), SLOGAN, PROMO, BACKGROUND, "Two words", "___"]), max_size=9),
    max_size=9,
)


@given(ARTICLES, st.randoms())
def test_the_order_of_the_articles_does_not_matter(articles, chance):
    ordered = sketches(articles)
    found = learn_lines(ordered)
    chance.shuffle(ordered)
    assert learn_lines(ordered) == found


@given(ARTICLES)
def test_learning_again_gives_the_same(articles):
    found = learn_lines(sketches(articles))
    known = {line.line_hash: line.status for line in found}
    assert learn_lines(sketches(articles), known) == found
    assert learn_lines(sketches(articles) * 2) == found


@given(ARTICLES)
def test_only_lines_of_several_articles_are_learned(articles):
    for found in learn_lines(sketches(articles)):
        holders = [lines for lines in articles if found.line_hash in map(line_hash, lines)]
        assert 2 <= found.articles <= len(holders)


@given(ARTICLES, st.integers(0, 8))
def test_another_article_with_the_line_never_unlearns_it(articles, seed):
    for line in (SLOGAN, PROMO):
        if learned(articles, line) == "learned":
            assert learned([*articles, [*body(500 + seed), line]], line) == "learned"


@given(st.lists(NO_ARTICLE, max_size=4))
def test_broken_hashes_break_nothing(hashes):
    learn_lines([LineSketch(str(number), value) for number, value in enumerate(hashes)])


@settings(max_examples=20)
@given(st.integers(2, 12), st.integers(0, 3))
def test_near_duplicates_alone_never_teach(count, cut):
    assert statuses(versions(count, cut)) == {}


#: A publisher of our own invention: place, paragraphs, with an advertisement in the middle and three lines at the end.
MIDDLE = "Keep the Kelp Courier on your kitchen table: the weekend edition costs less than a pot of tea."
END = [
    "(With inputs from our harbour desk)",
    "The Kelp Courier belongs to its four thousand readers, and any of them may walk into the office on Thursdays. "
    "Bring a chair, a grievance or a cake.",
    "ALL TIDES, ALL DAY: KELP COURIER RADIO",
]
STORIES = [
    (
        "Bergen",
        "The oldest of the three lighthouses at the mouth of the fjord went dark on Sunday night, for want of a fuse.",
        "A fisherman noticed it first and rang the keeper, who lives forty kilometres inland and was asleep.",
        "He drove out with a fuse from his own kitchen, and the lamp burned again a little before five.",
        "The coastal office has ordered two dozen of them, and a new lock for the door that he had to force.",
    ),
    (
        "Cork",
        "A school of eleven pilot whales turned back into the open sea on Tuesday after two days in the shallows.",
        "Volunteers in canoes had beaten on pans to keep them off the sandbank, which one of them called deafening.",
        "Marine biologists believe that the animals had followed squid, of which there is more than in other years.",
        "The beach stays closed until the tide has carried off what the many visitors left behind.",
    ),
    (
        "Valparaiso",
        "The last of the hillside lifts to be driven by steam will be open to the public again from the first of May.",
        "Its boiler was rebuilt by apprentices of the naval yard, who found the drawings in an attic in Antofagasta.",
        "A ride costs as much as the bus, but the mayor advises nobody in a hurry to take it.",
        "On the trial run on Friday the car stopped half-way for twenty minutes, and the brass band played on.",
    ),
    (
        "Porto",
        "Divers have brought up the bell of a grain ship that was lost in a gale off the mouth of the Douro in 1894.",
        "It carries the name of a vessel that, by the register of its insurers, had never left port.",
        "The maritime museum will keep it in fresh water for a year before anybody may ring it.",
        "Historians want to know now which ship lies in the harbour basin under the other name.",
    ),
    (
        "Mombasa",
        "Dockers in the old port have agreed to unload the spice boats at night, when the quay is cooler.",
        "In return the owners will pay for lamps, for tea, and for a nurse who is there until dawn.",
        "The agreement ends a dispute of nine weeks in which cloves had become dearer than saffron.",
        "Both sides say that they could have had it in the first week, had anybody thought of the lamps.",
    ),
    (
        "Hobart",
        "A weather ship that was written off ten years ago came home on Wednesday under her own sails.",
        "Six students had taken her over for one dollar and taught themselves to splice from a book of 1920.",
        "Their measurements of the southern current fill a gap that no satellite could close, the institute said.",
        "The book of 1920 has been given back to the library, with a fine of eleven dollars.",
    ),
]


def dispatch(place: str, *paragraphs: str) -> Extracted:
    text = "\n".join([place, *paragraphs[:2], MIDDLE, *paragraphs[2:], *END])
    reference = Reference("", "", "", "", "text", 0, "", "", "")
    payload = Payload(reference, text.encode(), datetime(2026, 11, 24, tzinfo=UTC))
    found = extract(payload)
    assert isinstance(found, Extracted)
    return found


def test_another_publisher_s_text_is_cleaned_after_five_articles():
    seen = [LineSketch(place, line_hashes(dispatch(place, *text).lines)) for place, *text in STORIES[:5]]
    names = {found.line_hash: "learned.k" for found in learn_lines(seen) if found.status == "learned"}
    place, *text = STORIES[5]
    sixth = dispatch(place, *text)
    before = strip_lines(sixth)
    assert {MIDDLE, *END[1:]} <= set(before.lines)  # no rule was written for it
    stripped = strip_lines(sixth, rules=LineRules(names))
    assert stripped.lines == text
    assert (stripped.dateline, stripped.credits) == ("Hobart", "With inputs from our harbour desk")
    assert [removed.rule for removed in stripped.removed if removed.text in {MIDDLE, *END[1:]}] == 3 * ["learned.k"]


def test_articles_cleaned_with_what_they_taught_lose_nothing_true():
    documents = [dispatch(place, *text) for place, *text in STORIES]
    seen = [LineSketch(str(number), line_hashes(found.lines)) for number, found in enumerate(documents)]
    rules = LineRules({found.line_hash: "learned.k" for found in learn_lines(seen) if found.status == "learned"})
    for document, (_, *text) in zip(documents, STORIES, strict=True):
        assert strip_lines(document, rules=rules).lines == text
