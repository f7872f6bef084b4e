"""What a report asks: one section a question, each with its SQL in `newsbeam/report/sql/`."""

from datetime import date
from importlib.resources import files
from typing import Final, NamedTuple

from newsbeam.report.period import Period


class Question(NamedTuple):
    """One section of the report."""

    name: str  # of its .sql file and of its chart
    title: str
    note: str  # one or two plain sentences; `{…}` stands for a value of the period
    nothing: str  # what is said when there are no rows


QUESTIONS: Final = (
    Question(
        "articles", "Articles by {unit} and source",
        "The latest revision of each article, by the {unit} of its publication (UTC). "
        "The seven largest sources have a colour each.",
        "No article was published in these days.",
    ),
    Question(
        "feeds", "Feeds",
        "What needs you stands first: feeds that are gone or fail, then those that have fallen silent against their "
        "own rhythm. 200 feeds at most; polls and new entries are those of these days.",
        "No feed is subscribed.",
    ),
    Question(
        "outcomes", "How reading ended",
        "The ledger: every document that was read in these days has one outcome.",
        "Nothing was read in these days.",
    ),
    Question(
        "delays", "Delays",
        "Minutes from publication to reading, and from reading to the commit that made it part of the lake, of "
        "articles that came by a feed and are dated to the minute. In the chart, whose scale is logarithmic, the dot "
        "is the median delay of reading, and the end of the line p90: 90 of 100 articles were faster.",
        "No article with a time of publication came by a feed in these days.",
    ),
    Question(
        "languages", "Languages",
        "The languages of the articles.",
        "No article was published in these days.",
    ),
    Question(
        "entities", "Most named",
        "The 25 names in most articles.",
        "Nothing is named in the articles of these days.",
    ),
    Question(
        "trending", "Trending",
        "What is named on {newest} more than the 28 days before let expect; the gap in the bar is the expectation.",
        "No name stands out.",
    ),
    Question(
        "countries", "Countries",
        "Articles that name a country or its capital. Countries too small for the map are in the table.",
        "No country is named in the articles of these days.",
    ),
    Question(
        "stories", "Stories with most publishers",
        "The same story at several publishers, told at least once in these days; the title is that of the "
        "first to tell it.",
        "No story was told by two publishers in these days.",
    ),
    Question(
        "removed", "Removed lines",
        "Lines that are no part of their article, by the rule that took them, with the three most frequent of each.",
        "No line was removed from the articles of these days.",
    ),
    Question(
        "dead_letters", "Dead letters",
        "What could not become an article in these days, and has not since.",
        "There is no dead letter of these days.",
    ),
    Question(
        "runs", "What the runs cost",
        "The last 100 runs that committed something: time from start to last commit, and the bytes that they wrote.",
        "No run has committed anything in these days.",
    ),
)  # fmt: skip

#: The numbers at the top: a section of its own kind.
NUMBERS: Final = Question("numbers", "In numbers", "", "")


def sql_of(question: Question, period: Period, newest: date) -> str:
    """Return the query of a question for some days; `newest` is the last of them that has articles."""
    text = files("newsbeam.report").joinpath("sql", f"{question.name}.sql").read_text(encoding="utf-8")
    return period.fill(text, newest).strip()
