"""Boilerplate, title, dateline and credits leave the text; nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.article.extract import Extracted
from transforms.article.lines import line_hash, strip_lines

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
        published_at=None,
        published_precision="",
        published_source="",
        published_raw="",
        modified_at=None,
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
    assert stripped.removed == [("LUSAKA, Zambia (AP) —", "dateline", 0)]


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
    assert rules(stripped) == [(7, "credit.reporting-by")]


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


def test_learned_lines_go_whatever_their_digits():
    learned = frozenset({line_hash("Day 12 of our summer appeal for the lifeboats")})
    stripped = strip_lines(extracted([*BODY, "Day 3 of our summer appeal for the lifeboats"]), learned=learned)
    assert len(stripped.lines) == len(BODY) + 1  # another number of digits is another line
    stripped = strip_lines(extracted([*BODY, "Day 31 of our summer appeal for the lifeboats"]), learned=learned)
    assert stripped.lines == BODY
    assert rules(stripped) == [(8, "learned")]


def test_the_hash_of_a_line_is_the_same_everywhere():
    assert line_hash("Day 12  of our appeal").hex() == line_hash("Day 99 of our appeal").hex() == "276467b622b23c8c"


@given(
    st.lists(
        st.sampled_from([*BODY, "Niamey", "___", "Comments", "Also read: a story", "- item", "By Jane Roe", "© 2024"]),
        max_size=14,
    )
)
def test_nothing_is_lost_and_order_is_kept(lines):
    stripped = strip_lines(extracted(lines))
    back = dict.fromkeys(range(len(lines)), "")
    for removed in stripped.removed:
        back[removed.position] = removed.text
    rest = iter(stripped.lines)
    assert [text or next(rest) for text in back.values()] == lines
    assert next(rest, None) is None


@given(st.lists(st.text(min_size=1, max_size=60), max_size=8), st.text(max_size=40))
def test_any_lines_are_answered(lines, title):
    stripped = strip_lines(extracted([" ".join(line.split()) or "x" for line in lines], title))
    assert len(stripped.lines) <= len(lines)
