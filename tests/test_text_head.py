"""Plain texts of every make, as a reader sees them in the end: paragraphs, headline, authors, date, dateline."""

import textwrap
from datetime import UTC, datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.article.decode import decode
from transforms.article.extract import Extracted
from transforms.article.lines import strip_lines
from transforms.article.plain_text import read_paragraphs
from transforms.article.text_head import read_head

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
P = [
    "The council of Marlow has voted to close the old swing bridge to lorries from the first of May, after "
    "inspectors found cracks in two of its four bearings during a routine visit in the autumn.",
    "Drivers will have to take the ring road, which adds eleven minutes to the way into the harbour, while the "
    "town looks for the nine million that a repair would cost.",
    "“We have known it for years,” said the harbour master, Edna Prescott, who has written to three mayors about it "
    "and had an answer from one of them.",
]
TITLE = "Marlow closes its swing bridge to lorries"
LINES, BLOCKS = "\n".join(P), "\n\n".join(P)
WRAPPED = "\n\n".join(textwrap.fill(paragraph, 72) for paragraph in P)
CHINESE = "市议会经过长时间讨论之后批准了新的跨河大桥，工程将于明年春天开始，预计两年内完成，旧桥届时拆除。" * 2
GERMAN = (
    "Der Rat von Marlow hat beschlossen, die alte Drehbrücke ab dem ersten Mai für Lastwagen zu sperren, nachdem "
    "Prüfer Risse gefunden hatten."
)


class Seen(NamedTuple):
    """What a reader gets of a text."""

    lines: list[str]
    title: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    dateline: str = ""


def see(data):
    head = read_head(read_paragraphs(decode(data if isinstance(data, bytes) else data.encode())), NOW)
    found = head.metadata
    extracted = Extracted(
        title=found.title,
        description="",
        lines=[line for place, line in enumerate(head.lines) if place not in head.taken],
        authors=list(found.authors),
        section="",
        tags=[],
        image_url="",
        canonical_url="",
        language="",
        published=found.published,
        modified=found.modified,
        is_free=None,
        extractor="text",
    )
    stripped = strip_lines(extracted)
    at = found.published.at.isoformat()[:16] if found.published.at else ""
    return Seen(stripped.lines, stripped.title, found.authors, at, stripped.dateline)


TEXTS = {
    "one paragraph a line": (LINES, Seen(P)),
    "CRLF": (LINES.replace("\n", "\r\n"), Seen(P)),
    "CR only": (LINES.replace("\n", "\r"), Seen(P)),
    "form feeds": (LINES.replace("\n", "\f"), Seen(P)),
    "U+2028": (LINES.replace("\n", "\u2028"), Seen(P)),
    "BOM": (LINES.encode("utf-8-sig"), Seen(P)),
    "UTF-16": (LINES.encode("utf-16"), Seen(P)),
    "UTF-16 without a mark": (LINES.encode("utf-16-le"), Seen(P)),
    "UTF-32": (LINES.encode("utf-32"), Seen(P)),
    "windows-1252": (LINES.encode("cp1252"), Seen(P)),
    "NULs, soft hyphens, zero-width and no-break spaces": (
        LINES.replace("council", "coun\u00adcil").replace("has ", "has\u00a0").replace("bridge", "bri\u200bdge\x00"),
        Seen(P),
    ),
    "wrapped": (WRAPPED, Seen(P)),
    "wrapped, CRLF": (WRAPPED.replace("\n", "\r\n"), Seen(P)),
    "wrapped, no empty lines": ("\n".join(textwrap.fill(paragraph, 72) for paragraph in P), Seen(P)),
    "wrapped and indented": ("\n".join(textwrap.fill(p, 70, initial_indent="    ") for p in P), Seen(P)),
    "wrapped and quoted": ("\n".join(f"> {line}".rstrip() for line in WRAPPED.split("\n")), Seen(P)),
    "wrapped with list marks": (
        textwrap.fill(P[0], 72)
        + "\n\n"
        + "\n".join(textwrap.fill(p, 72, initial_indent="* ", subsequent_indent="  ") for p in P[1:]),
        Seen([P[0], f"* {P[1]}", f"* {P[2]}"]),
    ),
    "wrapped with numbers": (
        textwrap.fill(P[0], 60)
        + "\n\n"
        + "\n".join(
            textwrap.fill(p, 60, initial_indent=f"{n}. ", subsequent_indent="   ") for n, p in enumerate(P[1:])
        ),
        Seen([P[0], f"0. {P[1]}", f"1. {P[2]}"]),
    ),
    "wrapped within words": (
        "The ferry carries lorries again after a twenty-\nfive year break, the council of Marlow said on a\n"
        "wet Monday in May, and all the pre-\nand post-war boats are gone, to the joy of "
        "the peri\u00ad\nod's last captain.",
        Seen(
            [
                "The ferry carries lorries again after a twenty-five year break, the council of Marlow said on a wet "
                "Monday in May, and all the pre- and post-war boats are gone, to the joy of the period's last captain."
            ]
        ),
    ),
    "Chinese, wrapped": ("\n".join(textwrap.wrap(CHINESE, 30)), Seen([CHINESE])),
    "headline": (f"{TITLE}\n{LINES}", Seen(P, TITLE)),
    "headline and wrapped text": (f"{TITLE}\n\n{WRAPPED}", Seen(P, TITLE)),
    "underlined headline": (f"{TITLE}\n{'=' * len(TITLE)}\n\n{WRAPPED}", Seen(P, TITLE)),
    "Markdown": (
        f"# Bridge closed\n\n*By Jane Roe*\n\n{P[0]}\n\n## What comes next ##\n\n{P[1]}",
        Seen([P[0], "What comes next", P[1]], "Bridge closed", ("Jane Roe",)),
    ),
    "quotation first": (f"“It is closed to everybody.”\n{LINES}", Seen(["“It is closed to everybody.”", *P])),
    "by-line with the house": (f"{TITLE}\nBy Jane Roe, Example News\n{LINES}", Seen(P, TITLE, ("Jane Roe",))),
    "by-line in capitals": (f"{TITLE}\n\nJANE ROE | Staff Writer\n\n{WRAPPED}", Seen(P, TITLE, ("JANE ROE",))),
    "by-line with a place": (f"{TITLE}\nJane Roe in Paris\n{LINES}", Seen(P, TITLE, ("Jane Roe",))),
    "by-line with two names": (f"{TITLE}\nBy Jane Roe and John Doe\n{LINES}", Seen(P, TITLE, ("Jane Roe", "John Doe"))),
    "headline that is a name and a place": (
        f"Edna Prescott in London\n\n{BLOCKS}",
        Seen(P, "Edna Prescott in London"),
    ),
    "by-line without a headline": (
        f"Story by Jane Roe\nPhotos by John Doe\n\n{BLOCKS}",
        Seen(P, authors=("Jane Roe",)),
    ),
    "date below the by-line": (
        f"{TITLE}\nBy Jane Roe\nPublished: 3 May 2026 10:00 CET\n{LINES}",
        Seen(P, TITLE, ("Jane Roe",), "2026-05-03T09:00"),
    ),
    "date above the headline": (f"MAY 3, 2026\n{TITLE}\n\n{LINES}", Seen(P, TITLE, (), "2026-05-03T00:00")),
    "date behind the by-line": (
        f"{TITLE}\nBy Jane Roe | May 3, 2026\n{LINES}",
        Seen(P, TITLE, ("Jane Roe",), "2026-05-03T00:00"),
    ),
    "date of the change": (
        f"{TITLE}\nUpdated May 4, 2026 at 3:47 p.m. ET\nMay 3, 2026\n{LINES}",
        Seen(P, TITLE, (), "2026-05-03T00:00"),
    ),
    "date that can not be": (f"{TITLE}\nMay 3, 2096\n{LINES}", Seen(P, TITLE)),
    "dateline": (f"NIAMEY, Niger (Reuters) – {LINES}", Seen(P, dateline="Niamey, Niger")),
    "dateline on a line": (f"Niamey\n{LINES}", Seen(P, dateline="Niamey")),
    "headline and dateline": (f"{TITLE}\nLUSAKA, May 3 (AP) — {LINES}", Seen(P, TITLE, dateline="Lusaka")),
    "header": (
        f"Title: {TITLE}\nAuthor: Jane Roe and John Doe\nDate: Sun, 3 May 2026 10:00:00 +0200\n\n{WRAPPED}",
        Seen(P, TITLE, ("Jane Roe", "John Doe"), "2026-05-03T08:00"),
    ),
    "mail": (
        f"From: Jane Roe <jane@example.net>\nTo: desk@example.net\nSubject: {TITLE}\nDate: 3 May 2026 10:00 CEST\n\n"
        f"{WRAPPED}",
        Seen(P, TITLE, ("Jane Roe",), "2026-05-03T08:00"),
    ),
    "front matter": (
        f'---\ntitle: "{TITLE}"\ndate: 2026-05-03\nauthor: Jane Roe\nlang: en\n---\n\n{BLOCKS}',
        Seen(P, TITLE, ("Jane Roe",), "2026-05-03T00:00"),
    ),
    "German": (
        f"Marlow sperrt die Drehbrücke\nVon Käthe Groß, Zürich\n3. Mai 2026, 10.15 Uhr\n\n{GERMAN}",
        Seen([GERMAN], "Marlow sperrt die Drehbrücke", ("Käthe Groß",), "2026-05-03T10:15"),
    ),
    "Chinese": (
        f"市议会批准新的跨河大桥\n记者 李明 王芳\n2026年5月3日 10:15\n{CHINESE}",
        Seen([CHINESE], "市议会批准新的跨河大桥", ("李明", "王芳"), "2026-05-03T10:15"),
    ),
    "list of results": (
        "Results of the regatta on Sunday:\nOslo 12\nBergen 9\nStavanger 4",
        Seen(["Results of the regatta on Sunday:", "Oslo 12", "Bergen 9", "Stavanger 4"]),
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_as_a_reader_sees_them(name):
    data, seen = TEXTS[name]
    assert see(data) == seen


def test_the_table_is_long_enough():
    assert len(TEXTS) >= 30


def test_facts_of_the_header():
    head = read_head(
        read_paragraphs(
            f"Title: {TITLE}\nSection: Local\nTags: bridge, lorries\nSummary: No way in\nLanguage: English\n"
            f"URL: https://river.example/1\nUpdated: 4 May 2026 09:30 GMT\n\n{BLOCKS}"
        ),
        NOW,
    )
    found = head.metadata
    assert (found.section, found.tags, found.description) == ("Local", ("bridge", "lorries"), "No way in")
    assert (found.language, found.canonical_url) == ("en", "https://river.example/1")
    assert found.modified[1:5] == ("minute", "text", "4 May 2026 09:30 GMT", 0)
    assert list(head.taken) == list(range(7))
    assert set(head.taken.values()) == {"header"}


@pytest.mark.parametrize(
    "text",
    [
        f"Date: what the council means by it\n\n{BLOCKS}",
        f"Warning: the bridge is closed\nNote: it stays so\n\n{BLOCKS}",
        f"{P[0]}\nTitle: a word\nAuthor: another\n{P[1]}",
    ],
)
def test_lines_that_are_no_header_stay(text):
    assert read_head(read_paragraphs(text), NOW).taken == {}


def test_a_date_that_can_not_be_is_flagged():
    published = read_head([TITLE, "May 3, 2096", *P], NOW).metadata.published
    assert (published.at, published.raw, published.flag) == (None, "May 3, 2096", "future")


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=300))
def test_any_text_is_answered(text):
    lines = read_paragraphs(text)
    head = read_head(lines, NOW)
    assert len(head.lines) == len(lines)
    assert all(0 <= place < len(lines) for place in head.taken)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(["Title: x", "---", "Date: 3 May 2026", "By Jane Roe", "May 3, 2026", *P, "# y"])))
def test_any_order_of_lines_is_answered(lines):
    head = read_head(lines, NOW)
    assert head.metadata.published.at is None or head.metadata.published.source == "text"
