"""Boilerplate, title, dateline and credits leave the text; nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import LineRules, Removed
from transforms.article.dates import Published
from transforms.article.extract import Extracted
from transforms.article.lines import explain, join_again, line_hash, line_hashes, line_id, links_again, strip_lines

BODY = [
    "Officers of the river police found the missing barge on Monday, eleven kilometres below the lock at Marlow.",
    "It had lost its load of gravel and both anchors, but the cat that lives on board was well, the police said.",
    "The owner, Edna Prescott, had reported the theft on Friday after a night of high water and heavy rain.",
    "Nobody knows yet who cut the ropes, and the harbour office is asking for witnesses along the towpath.",
    "A spokesman said that a barge of that size can not be moved by fewer than three people, two of them strong.",
    "The lock will stay closed until divers have looked at its gates, which the barge may have struck.",
    "Traffic on the river will be led through the old cut, which is open to boats of up to forty tonnes.",
    "The last theft of a barge on this stretch of the river was in 1962, and it was never cleared up.",
]


def extracted(lines, title="", links=(), headlines=()):
    return Extracted(
        title=title,
        description="",
        lines=list(lines),
        authors=[],
        section="",
        tags=[],
        image_url="",
        canonical_url="",
        language="en",
        published=Published(),
        modified=Published(),
        is_free=None,
        extractor="text",
        headlines=tuple(headlines),
        links=frozenset(links),
    )


def rules(stripped):
    return [(removed.position, removed.rule) for removed in stripped.removed]


def test_a_text_of_the_usual_shape_is_cleaned():
    lines = [
        "Niamey",
        *BODY,
        "(With inputs from agencies)",
        "You can now write for example.com and be a part of the community. Share your stories with us here.",
        "WATCH EXAMPLE LIVE HERE",
    ]
    stripped = strip_lines(extracted(lines))
    assert stripped.lines == BODY
    assert stripped.dateline == "Niamey"
    assert stripped.credits == "With inputs from agencies"
    assert rules(stripped) == [
        (0, "dateline"),
        (9, "credit.with-inputs"),
        (10, "promo.write-for-us"),
        (11, "promo.watch-live"),
    ]
    assert [lines[removed.position] for removed in stripped.removed] == [removed.text for removed in stripped.removed]


def test_a_clean_text_stays_as_it_is():
    assert strip_lines(extracted(BODY)) == (BODY, [], "", "", "")


@pytest.mark.parametrize("first", ["Claim", "Opinion", "What we know so far"])
def test_a_lone_first_line_that_is_no_place_stays(first):
    stripped = strip_lines(extracted([first, *BODY]))
    assert stripped.dateline == ""
    assert stripped.lines[0] == first


def test_a_dateline_is_cut_from_the_first_paragraph():
    stripped = strip_lines(extracted(["LUSAKA, Zambia (AP) — " + BODY[0], *BODY[1:]]))
    assert stripped.lines == BODY
    assert stripped.dateline == "Lusaka, Zambia"
    assert stripped.removed == [("LUSAKA, Zambia (AP) —", "dateline.prefix", 0)]


def test_a_place_alone_is_not_taken_when_there_is_nothing_else():
    assert strip_lines(extracted(["Niamey"])).lines == ["Niamey"]


@pytest.mark.parametrize(
    ("title", "headlines", "line"),
    [
        ("Police find stolen barge", (), "Police find stolen barge"),
        ("Police find stolen barge", (), "POLICE FIND STOLEN BARGE!"),
        ("Police find stolen barge", (), "River: Police find stolen barge"),
        ("Stolen barge found", ("Police find stolen barge",), "Police find stolen barge"),
    ],
)
def test_the_title_line_is_taken(title, headlines, line):
    stripped = strip_lines(extracted([line, *BODY], title, headlines=headlines))
    assert stripped.lines == BODY
    assert rules(stripped) == [(0, "title")]
    assert stripped.title == title


def test_a_title_further_down_stays():
    lines = [*BODY, "Police find stolen barge"]
    assert strip_lines(extracted(lines, "Police find stolen barge")).lines == lines


def test_a_byline_at_the_head_becomes_credit():
    stripped = strip_lines(extracted(["By Edna Prescott", *BODY]))
    assert stripped.lines == BODY
    assert stripped.credits == "By Edna Prescott"


def test_credits_in_brackets_are_cut_off_the_last_paragraph():
    stripped = strip_lines(extracted([*BODY[:-1], BODY[-1] + " (Reporting by Jane Roe; Editing by John Doe)"]))
    assert stripped.lines == BODY
    assert stripped.credits == "Reporting by Jane Roe; Editing by John Doe"
    assert rules(stripped) == [(7, "credit.suffix")]


def test_several_credits_are_joined():
    stripped = strip_lines(extracted([*BODY, "Reporting by Jane Roe in Oslo", "Source: Example News"]))
    assert stripped.lines == BODY
    assert stripped.credits == "Reporting by Jane Roe in Oslo; Source: Example News"


def test_a_heading_near_the_end_takes_what_follows_it():
    tail = ["Related stories", "Old cut to be dredged", "Edna Prescott: a life on the water", "Lock keeper retires"]
    stripped = strip_lines(extracted([*BODY, *tail]))
    assert stripped.lines == BODY
    assert {removed.rule for removed in stripped.removed} == {"navigation.more-from"}


def test_a_heading_before_running_text_takes_nothing():
    lines = [*BODY[:3], "More from the river", *BODY[3:]]
    assert strip_lines(extracted(lines)).lines == lines


def test_a_list_after_also_read_goes_with_it():
    box = ["Also read", "- Old cut to be dredged", "- Lock keeper retires after fifty years"]
    stripped = strip_lines(extracted([*BODY[:4], *box, *BODY[4:]]))
    assert stripped.lines == BODY
    assert rules(stripped) == [(4, "navigation.also-read"), (5, "navigation.also-read"), (6, "navigation.also-read")]


def test_a_line_that_is_a_link_like_a_headline_is_taken_and_a_short_one_is_not():
    links = {"lockkeeperretiresafterfiftyyears", "theoldcut"}
    lines = [*BODY[:4], "LOCK KEEPER RETIRES AFTER FIFTY YEARS", "The old cut", *BODY[4:]]
    stripped = strip_lines(extracted(lines, links=links))
    assert stripped.lines == [*BODY[:4], "The old cut", *BODY[4:]]
    assert rules(stripped) == [(4, "navigation.link")]


def test_tail_rules_leave_the_middle_alone():
    lines = [*BODY, "Source: Example News", *BODY, *BODY]
    assert "Source: Example News" in strip_lines(extracted(lines)).lines


def test_separators_go_from_the_ends_only():
    assert strip_lines(extracted(["___", *BODY[:4], "* * *", *BODY[4:], "___"])).lines == [
        *BODY[:4],
        "* * *",
        *BODY[4:],
    ]


def test_table_rows_and_long_lines_are_never_taken():
    row, long = "| Photo: | Jane Roe/Example |", "Click here to read " + "the story " * 80
    assert strip_lines(extracted([*BODY, row, long.strip()])).lines == [*BODY, row, long.strip()]


LEARNED = LineRules({line_hash("Day 12 of our summer appeal for the lifeboats"): "learned.1"})


@pytest.mark.parametrize(
    "line",
    [
        "Day 31 of our summer appeal for the lifeboats",
        "Day 3 of our summer appeal for the lifeboats",
        "DAY 101  OF OUR SUMMER APPEAL: FOR THE LIFEBOATS!",
    ],
)
@pytest.mark.parametrize("place", [0, 4, 8])
def test_learned_lines_go_whatever_their_digits_case_and_place(line, place):
    stripped = strip_lines(extracted([*BODY[:place], line, *BODY[place:]]), rules=LEARNED)
    assert stripped.lines == BODY
    assert rules(stripped) == [(place, "learned.1")]


def test_a_text_of_nothing_but_learned_lines_stays():
    line = "Day 1 of our summer appeal for the lifeboats"
    assert strip_lines(extracted([line, "___", line]), rules=LEARNED).lines == [line, "___", line]


def test_what_says_who_or_where_is_kept_even_when_it_was_learned():
    lines = ["Niamey", "By Edna Prescott", *BODY, "(With inputs from agencies)"]
    stripped = strip_lines(extracted(lines), rules=LineRules({line_hash(line): "learned.2" for line in lines[:2]}))
    assert (stripped.lines, stripped.dateline) == (BODY, "Niamey")
    assert stripped.credits == "By Edna Prescott; With inputs from agencies"
    again = strip_lines(extracted(["Opening", *lines]), rules=LineRules({line_hash("Niamey"): "learned.2"}))
    assert again.lines == ["Opening", *BODY]  # no dateline there, so it goes as what it was learned for


@pytest.mark.parametrize(
    ("lines", "off", "rule"),
    [
        (["Niamey", *BODY], "dateline", "dateline"),
        (["LUSAKA, Zambia (AP) — " + BODY[0], *BODY[1:]], "dateline.prefix", "dateline.prefix"),
        (["By Edna Prescott", *BODY], "credit.byline", "credit.byline"),
        ([*BODY[:-1], BODY[-1] + " (Reporting by Jane Roe; Editing by John Doe)"], "credit.suffix", "credit.suffix"),
        ([*BODY, "Follow us on Facebook"], "promo.follow-us", "promo.follow-us"),
        ([*BODY, "___"], "navigation.separator", "navigation.separator"),
        ([*BODY, "Also read", "- Old cut to be dredged"], "navigation.also-read", "navigation.also-read"),
    ],
)
def test_a_rule_that_is_off_takes_nothing(lines, off, rule):
    assert rule in {removed.rule for removed in strip_lines(extracted(lines)).removed}
    stripped = strip_lines(extracted(lines), rules=LineRules({}, frozenset({off})))
    assert stripped == (lines, [], "", "", "")


def test_the_title_stays_when_its_rule_is_off():
    lines = ["Police find stolen barge", *BODY]
    assert strip_lines(extracted(lines, lines[0]), rules=LineRules({}, frozenset({"title"}))).lines == lines


def test_the_hash_of_a_line_is_the_same_everywhere():
    assert line_hash("Day 12  of our appeal").hex() == line_hash("Day 9 of our appeal").hex() == "04c74d677fbde117"
    assert line_id("example.com", line_hash("Day 12 of our appeal")) == "f000e6a0b4571f59"
    assert line_id("example.com", line_hash("a line")) != line_id("example.org", line_hash("a line"))


@pytest.mark.parametrize("line", ["", "___", "12:30", "* * *", "word " * 81])
def test_a_line_without_letters_or_too_long_has_no_hash(line):
    assert line_hash(line) == bytes(8)


def test_hashes_stand_in_the_order_of_the_lines():
    lines = ["One line", "___", "Another line", "word " * 81]
    hashes = line_hashes(lines)
    assert len(hashes) == 32
    assert [hashes[:8], hashes[8:16], hashes[16:24]] == [line_hash(line) for line in lines[:3]]


@given(st.text(max_size=420), st.text(max_size=420))
def test_any_line_has_a_hash_of_8_bytes(one, two):
    assert len(line_hash(one)) == 8
    assert line_hashes([one, two]) == line_hashes([one]) + line_hashes([two])


@given(
    st.lists(
        st.sampled_from(
            [
                *BODY,
                "Niamey",
                "___",
                "Comments",
                "Also read: a story",
                "- item",
                "By Jane Roe",
                "© 2024",
                "LUSAKA, Zambia (AP) — " + BODY[0],
                "LUSAKA—By Jane Roe",
                "NIAMEY (Reuters) – " + BODY[1] + " (Reporting by Jane Roe)",
                "A barge is found (Reporting by Jane Roe)",
                "Stolen barge found",
                "Day 4 of our summer appeal for the lifeboats",
                "LOCK KEEPER RETIRES AFTER FIFTY YEARS",
                "Read more",
                "More from the river",
                "The old cut",
                "Does the old cut need a new name?",
            ]
        ),
        max_size=14,
    )
)
def test_the_lines_come_back_and_are_stripped_alike_again(lines):
    links = frozenset({"lockkeeperretiresafterfiftyyears", "theoldcut", "doestheoldcutneedanewname"})
    stripped = strip_lines(extracted(lines, "Stolen barge found", links), rules=LEARNED)
    joined = join_again(stripped.lines, stripped.removed)
    assert ["".join(line.split()) for line in joined] == ["".join(line.split()) for line in lines]
    links = links_again(stripped.lines, stripped.removed)
    assert strip_lines(extracted(joined, "Stolen barge found", links), rules=LEARNED) == stripped


def test_a_line_cut_at_both_ends_comes_back():
    line = "NIAMEY (Reuters) – " + BODY[1] + " (Reporting by Jane Roe)"
    stripped = strip_lines(extracted([line]))
    assert rules(stripped) == [(0, "dateline.prefix"), (0, "credit.suffix")]
    assert join_again(stripped.lines, stripped.removed) == [line]


def test_places_that_can_not_be_lose_no_line():
    removed = [Removed("far", "promo.x", 9), Removed("cut", "credit.suffix", 7), Removed("gone", "promo.x", -1)]
    assert sorted(join_again(["one", "two"], removed)) == ["far", "gone", "one", "two"]


@pytest.mark.parametrize(
    ("line", "rule", "takes"),
    [
        ("Day 7 of our summer appeal for the lifeboats", "learned.1", True),
        ("Follow us on Facebook", "promo.follow-us", True),
        ("Source: Example News", "credit.source", True),
        ("Also read", "navigation.also-read", True),
        ("Niamey", "dateline", True),
        ("LUSAKA, Zambia (AP) — " + BODY[0], "dateline.prefix", True),
        ("By Jane Roe", "credit.byline", True),
        ("A barge is found (Reporting by Jane Roe)", "credit.suffix", True),
        ("* * *", "navigation.separator", True),
        ("Police find stolen barge", "title", False),
        ("word " * 81, "learned", False),
        ("| Photo: Jane Roe/Example |", "caption.credit", False),
        ("Comments", "navigation.comments", False),
    ],
)
def test_a_line_is_explained(line, rule, takes):
    known = LineRules(LEARNED.taken, frozenset({"navigation.comments"}))
    found = {why.rule: why for why in explain(line, known)}
    assert found[rule].takes is takes
    assert found[rule].reason


def test_an_ordinary_line_has_nothing_to_explain():
    assert explain(BODY[0]) == []


@given(st.text(max_size=700))
def test_any_line_is_explained(line):
    assert [why.takes for why in explain(line)] == sorted((why.takes for why in explain(line)), reverse=True)


@given(st.lists(st.text(min_size=1, max_size=60), max_size=8), st.text(max_size=40))
def test_any_lines_are_answered(lines, title):
    lines = [" ".join(line.split()) or "x" for line in lines]
    stripped = strip_lines(extracted(lines, title), rules=LEARNED)
    joined = join_again(stripped.lines, stripped.removed)
    assert ["".join(line.split()) for line in joined] == ["".join(line.split()) for line in lines]
