import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.article.ids import digest
from transforms.article.signature import read_signature, signature
from transforms.article.stories import COMMON, Cluster, Told, begin_story, compare, tell_stories

START = datetime(2026, 11, 1, tzinfo=UTC)

HARBOUR = [
    "The harbour of Vellmar was closed on Tuesday after a crane fell across two of its three piers, the port office "
    "said. Nobody was hurt, but containers from eleven ships are waiting to be unloaded.",
    "Workers had been told to leave the eastern yard an hour before, when a gust bent the boom for the first time. "
    "The harbour master, Ilse Granow, called that decision the reason why no family is mourning tonight.",
    "The crane was built in 1987 and had passed its last inspection in March. A second one of the same make was locked "
    "down at once, and engineers from the maker are on their way from Torsund.",
    "Traders fear that fruit in the cooled halls will spoil before the piers open again. The growers' union asked the "
    "ministry to let lorries drive on Sunday so that the load can be taken to Brenn by road.",
    "How long the repair will take is open. The port office hopes to clear the middle pier within nine days; for the "
    "outer one, whose bed of stone has shifted, it gave no date at all.",
]
SCHOOL = [
    "Every fourth school in the county of Ostrel will teach in tents this winter, because mould was found behind the "
    "panels that were put up four years ago, the board of education admitted on Wednesday.",
    "Parents had complained of the smell since spring. A group of them paid for tests of their own, whose results "
    "they handed to a reporter after the board had not answered three letters.",
    "The maker of the panels says that they were stored in the rain before they were mounted. The builder denies it "
    "and points to delivery notes, which this paper could see.",
    "Pupils in the upper classes will have lessons in the afternoon at the museum of mining. The little ones move into "
    "heated tents on the fields behind the schools until the walls are dry.",
    "The county has set aside money for two of the nine buildings only. Who pays for the rest is for the court in "
    "Halm to decide, and its calendar is full until May.",
]
BACKGROUND = (
    "The region has seen a number of accidents of this kind in recent years. In 2019 a warehouse burned down in "
    "Torsund, and two years later a bridge had to be blown up after cracks were found in its pillars. Each time a "
    "commission was promised, and each time its report was filed without a debate in the assembly."
)
NOTICE = (
    "This report was made with material of the Nordlicht agency. All rights are reserved; it may not be published, "
    "broadcast, rewritten or passed on without leave in writing. The agency does not answer for the content of other "
    "sites to which it links. Readers who find a mistake are asked to write to the desk for corrections, which looks "
    "into every complaint within three working days and publishes the outcome on a page of its own."
)


def text(*paragraphs: str) -> str:
    return "\n".join(paragraphs)


def told(name: str, words: str, hours: float = 0, story: str = "") -> Told:
    return Told(name, signature(words), START + timedelta(hours=hours), story)


def same(one: str, other: str) -> bool:
    first, second = tell_stories([told("a", one), told("b", other, 1)], [])
    assert first == Cluster("a", begin_story("a"))
    if second.matched_id:
        assert second.story_id == first.story_id
        assert 0.6 <= second.containment <= 1
    else:
        assert second == Cluster("b", begin_story("b"))
    return bool(second.matched_id)


def edited(words: str, share: float, seed: int = 3) -> str:
    rng = random.Random(seed)
    return " ".join(word if rng.random() > share else f"changed{rng.randrange(999)}" for word in words.split(" "))


COPIES = {
    "the same": text(*HARBOUR),
    "cut to two fifths": text(*HARBOUR[:2]),
    "cut in a sentence": text(*HARBOUR)[:500],
    "its end": text(*HARBOUR[2:]),
    "a tenth edited": edited(text(*HARBOUR), 0.1),
    "a fifth edited": edited(text(*HARBOUR), 0.2),
    "an agency's words around it": text("VELLMAR (Nordlicht) –", *HARBOUR, "(nl/ts) Edited by the desk in Brenn"),
    "a long notice": text(*HARBOUR, NOTICE),
    "another order": text(*HARBOUR[::-1]),
    "another headline": text("Chaos at the pier: ships turned away", *HARBOUR),
    "other names": text(*HARBOUR).replace("Ilse Granow", "I. Granov").replace("Vellmar", "Wellmar"),
    "a paragraph more": text(HARBOUR[0], BACKGROUND, *HARBOUR[1:]),
    "an updated count": text(*HARBOUR).replace("eleven", "14").replace("nine", "12"),
    "in capitals": text(*HARBOUR).upper(),
    "cut, edited, with an agency's words": text("VELLMAR (Nordlicht) –", edited(text(*HARBOUR[:3]), 0.1)),
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_tells_the_same_story(copy: str) -> None:
    assert same(text(*HARBOUR), COPIES[copy])
    assert same(COPIES[copy], text(*HARBOUR))


def weather(rng: random.Random) -> str:
    place, wind = rng.choice(("Brenn", "Halm", "Torsund", "Vellmar")), rng.choice(("north", "south", "west", "east"))
    low, high, gusts, rain, sun = (rng.randrange(*span) for span in ((-9, 9), (10, 25), (20, 90), (1, 40), (1, 12)))
    return (
        f"In {place} the day begins with {low} degrees and some fog in the valleys. By noon it warms up to {high} "
        f"degrees, with a wind from the {wind} and gusts of up to {gusts} kilometres an hour on the coast. In the "
        f"evening up to {rain} litres of rain fall on a square metre. The sun shines for {sun} hours. Tomorrow stays "
        f"like today, with {low + 2} degrees at night and {high - 3} by day, before a front comes in at the weekend."
    )


def market(rng: random.Random) -> str:
    index, points, share, oil, euro = (
        rng.uniform(*span) for span in ((900, 9999), (1, 99), (0.1, 4), (40, 99), (1, 2))
    )
    return (
        f"The leading index of the exchange in Brenn closed at {index:,.1f} points, {points:.1f} points or {share:.2f} "
        f"per cent from the day before. Volume was {rng.randrange(100, 999)} million shares. A barrel of oil cost "
        f"{oil:.2f} dollars, the euro stood at {euro:.4f} dollars, and an ounce of gold at {rng.randrange(900, 2900)}. "
        "Traders spoke of a quiet day without much news. The wider index of smaller companies followed the leading one."
    )


def results(rng: random.Random) -> str:
    clubs = rng.sample(["Rovers", "Albion", "Miners", "Sailors", "Foresters", "Weavers", "Lanterns", "Harriers"], 8)
    games = [
        f"{home} {rng.randrange(5)} - {rng.randrange(5)} {away}" for home, away in zip(clubs, clubs[4:], strict=False)
    ]
    return (
        f"Results of round {rng.randrange(1, 35)} of the county league: {'; '.join(games)}. {clubs[0]} lead the table "
        f"with {rng.randrange(40, 70)} points from {rng.randrange(15, 35)} games, ahead of {clubs[1]} with "
        f"{rng.randrange(20, 40)}. The next round is played on Saturday at 15:{rng.randrange(10, 59)}; tickets cost "
        f"{rng.randrange(8, 40)} and can be bought at the gates. All scores are given without guarantee."
    )


def horoscope(rng: random.Random) -> str:
    signs = ["Aries", "Taurus", "Gemini", "Cancer", "Leo", "Virgo"]
    days = rng.sample(["Money is on its way.", "Rest a little.", "Call a friend.", "Somebody thinks of you.",
                       "Beware of stairs.", "A letter brings good news.", "Today you may be lazy."], 6)  # fmt: skip
    return " ".join(
        f"{sign}: {day} Your lucky number is {rng.randrange(1, 99)}." for sign, day in zip(signs, days, strict=True)
    )


@pytest.mark.parametrize("form", [weather, market, results, horoscope])
@pytest.mark.parametrize("seed", range(6))
def test_a_form_filled_in_anew_is_another_story(form: object, seed: int) -> None:
    rng = random.Random(seed)
    assert callable(form)
    assert not same(form(rng), form(rng))


FILLING = [edited(paragraph, 1, 9 * at) for at, paragraph in enumerate(SCHOOL * 2)]
OTHERS = {
    "another subject": text(*SCHOOL),
    "a paragraph of it in another": text(*SCHOOL[:2], HARBOUR[2], *SCHOOL[2:]),
    "both with the same background": text(*SCHOOL, BACKGROUND),
    "both with the same notice": text(*SCHOOL[:3], NOTICE),
    "a quote": text(*SCHOOL[:3], 'The paper wrote: "' + HARBOUR[1] + '"', *SCHOOL[3:]),
    "a round-up with it in the middle": text(*FILLING[:5], HARBOUR[0], HARBOUR[3], *FILLING[5:]),
    "a round-up with it at its end": text(*FILLING, HARBOUR[0], HARBOUR[3]),
}


@pytest.mark.parametrize("other", OTHERS)
def test_another_story_stays_another(other: str) -> None:
    mine = {
        "both with the same background": text(*HARBOUR, BACKGROUND),
        "both with the same notice": text(*HARBOUR[:3], NOTICE),
        "a round-up with it in the middle": text(HARBOUR[0], HARBOUR[3]),
        "a round-up with it at its end": text(HARBOUR[0], HARBOUR[3]),
    }.get(other, text(*HARBOUR))
    assert not same(mine, OTHERS[other])
    assert not same(OTHERS[other], mine)


def test_a_brief_goes_with_the_report_that_it_opens() -> None:
    report = text(HARBOUR[0], HARBOUR[3], *FILLING)
    assert same(report, text(HARBOUR[0], HARBOUR[3]))


def test_a_brief_of_a_fifth_goes_with_the_report_wherever_it_stands() -> None:
    assert same(text(*SCHOOL, *HARBOUR[:2]), text(*HARBOUR[:2]))


def test_short_texts_are_stories_of_their_own() -> None:
    assert not same("The harbour is closed.", "The harbour is closed.")


def test_a_notice_under_many_stories_links_none_of_them() -> None:
    """Briefs of which the notice is two thirds: at first they look alike, in the end it says nothing."""
    paragraphs = [edited(HARBOUR[at % 5], 1, at) for at in range(3 * COMMON)]
    past = [told(f"p{at}", text(words, NOTICE), 0, f"s{at}") for at, words in enumerate(paragraphs[:-COMMON])]
    new = [told(f"n{at}", text(words, NOTICE), 1) for at, words in enumerate(paragraphs[-COMMON:])]
    assert all(not cluster.matched_id for cluster in tell_stories(new, past))
    again = told("again", text(paragraphs[3], "Read on below.", NOTICE), 2)
    assert tell_stories([again], past)[0][1:3] == ("s3", "p3")


@pytest.mark.parametrize(("hours", "found"), [(7 * 24, True), (-7 * 24, True), (7 * 24 + 1, False), (-169, False)])
def test_a_week_is_the_window(hours: float, found: bool) -> None:
    past = [told("a", text(*HARBOUR), 0, "story")]
    assert bool(tell_stories([told("b", text(*HARBOUR), hours)], past)[0].matched_id) == found


def test_a_story_grows_from_week_to_week() -> None:
    articles = [told(f"{week}", text(*HARBOUR), week * 6 * 24) for week in range(5)]
    assert {cluster.story_id for cluster in tell_stories(articles, [])} == {begin_story("0")}


def test_the_id_is_of_the_article_that_told_it_first_by_time_then_id() -> None:
    late, early, twin = (told(name, text(*HARBOUR), at) for name, at in (("a", 3), ("c", 1), ("b", 1)))
    assert tell_stories([late, early, twin], []) == [
        Cluster("b", digest("story", "b")),
        Cluster("c", digest("story", "b"), "b", 1.0),
        Cluster("a", digest("story", "b"), "b", 1.0),
    ]


def test_an_article_that_links_two_stories_takes_the_one_it_fits_best_and_merges_none() -> None:
    past = [told("h", text(*HARBOUR), 0, "one"), told("s", text(*SCHOOL), 1, "two")]
    both = told("both", text(*HARBOUR[:3], *SCHOOL), 2)
    assert tell_stories([both], past)[0][:3] == ("both", "two", "s")
    assert tell_stories([told("h2", text(*HARBOUR), 3)], [*past, both._replace(story_id="two")])[0].story_id == "one"


def test_of_two_that_fit_as_well_the_earlier_is_taken() -> None:
    past = [told("late", text(*HARBOUR), 2, "b"), told("early", text(*HARBOUR), 1, "a")]
    assert tell_stories([told("new", text(*HARBOUR), 3)], past)[0][:3] == ("new", "a", "early")


def test_a_known_story_is_kept_whatever_the_new_text_says() -> None:
    past = [told("a", text(*HARBOUR), 0, "one"), told("b", text(*SCHOOL), 0, "two")]
    assert tell_stories([told("b", text(*HARBOUR), 1)], past) == []


def test_one_of_the_past_without_a_story_is_told_too() -> None:
    rows = tell_stories([told("new", text(*HARBOUR), 2)], [told("old", text(*HARBOUR), 1)])
    assert rows == [Cluster("old", begin_story("old")), Cluster("new", begin_story("old"), "old", 1.0)]


def test_nothing_new_is_nothing() -> None:
    assert tell_stories([], []) == []
    assert tell_stories([], [told("a", text(*HARBOUR), 0, "one")]) == []
    assert tell_stories([Told("a", b"\x63broken", START)], []) == [Cluster("a", begin_story("a"))]


PIECES = [*HARBOUR, *SCHOOL, BACKGROUND]
ARTICLES = st.lists(
    st.tuples(st.lists(st.sampled_from(PIECES), min_size=1, max_size=5, unique=True), st.integers(0, 20)), max_size=14
)


def made(articles: list[tuple[list[str], int]]) -> list[Told]:
    return [told(f"{at:02}", text(*pieces), days * 24) for at, (pieces, days) in enumerate(articles)]


@settings(max_examples=40, deadline=None)
@given(ARTICLES, st.randoms())
def test_the_order_given_makes_no_difference(articles: list[tuple[list[str], int]], rng: random.Random) -> None:
    new = made(articles)
    rows = tell_stories(new, [])
    assert sorted(row.article_id for row in rows) == [each.article_id for each in new]
    assert tell_stories(rng.sample(new, len(new)), []) == rows


@settings(max_examples=40, deadline=None)
@given(ARTICLES, st.integers(0, 14), st.randoms())
def test_its_own_output_as_past_changes_nothing(
    articles: list[tuple[list[str], int]], known: int, rng: random.Random
) -> None:
    new = made(articles)
    first = {row.article_id: row.story_id for row in tell_stories(new[:known], [])}
    past = [each._replace(story_id=first[each.article_id]) for each in new[:known]]
    stories = {row.article_id: row.story_id for row in tell_stories(new[known:], past)} | first
    after = [each._replace(story_id=stories[each.article_id]) for each in new]
    assert tell_stories(new, rng.sample(after, len(after))) == []
    assert set(stories.values()) <= {begin_story(each.article_id) for each in new}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([f"word{n}" for n in range(200)]), min_size=60, max_size=400))
def test_a_text_always_fits_itself(words: list[str]) -> None:
    sketch = read_signature(signature(" ".join(words)))
    if sketch:
        assert compare(sketch, sketch, ())[:2] == (1.0, 1.0)


def test_a_story_told_by_thousands_stays_quick_and_one() -> None:
    past = [told(f"{at:05}", "", at / 60, "one")._replace(signature=signature(text(*HARBOUR))) for at in range(1500)]
    new = [told(f"n{at}", text(*HARBOUR[:4]), 50) for at in range(20)]
    assert {row.story_id for row in tell_stories(new, past)} == {"one"}
