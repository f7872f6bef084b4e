"""The whole page: one file, no network, and a policy that lets nothing run or load but what is in it."""

import base64
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Final, NamedTuple

from newsbeam.alarms import Alarm
from newsbeam.report import cells
from newsbeam.report.answers import Answers
from newsbeam.report.sections import numbers, section

#: In the order in which they run.
SCRIPTS: Final = ("vega.min.js", "vega-lite.min.js", "vega-interpreter.js", "report.js")

ALARMS: Final = 10  # shown at once


class Report(NamedTuple):
    """All that stands in a report."""

    lake: str  # its URI
    made_at: datetime  # UTC
    alarms: Sequence[Alarm]
    answers: Answers | None  # None: the lake is empty


def page(report: Report) -> str:
    """Return the report as one HTML file."""
    style = _asset("report.css")
    scripts = [_asset(name) for name in SCRIPTS] if report.answers else []
    title = f"newsbeam report, {report.made_at:%Y-%m-%d}"
    allowed = " ".join(map(_digest, scripts)) or "'none'"
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; "
        f"style-src {_digest(style)}; script-src {allowed}"
    )
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            '<link rel="icon" href="data:,">',
            f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>",
            *_body(report),
            *(f"<script>{script}</script>" for script in scripts),
            "</body>\n</html>\n",
        ]
    )


def _body(report: Report) -> list[str]:
    answers = report.answers
    if answers is None:
        empty = (
            "<p class=nothing>This lake is empty: nothing was committed yet. <code>newsbeam ingest</code> begins.</p>"
        )
        return [_header(report), f'<main id="main">{_alarms(report.alarms)}{empty}</main>']
    names = [("alarms", "Alarms"), ("numbers", "In numbers")]
    unit = answers.period.unit
    names += [(one.question.name, one.question.title.format(unit=unit)) for one in answers.sections]
    links = "".join(f'<li><a href="#{name}">{escape(title)}</a></li>' for name, title in names)
    return [
        '<a class="skip" href="#main">Skip to the report</a>',
        _header(report),
        f'<nav aria-label="Sections"><ul>{links}</ul></nav>',
        f'<main id="main" tabindex="-1">{_alarms(report.alarms)}',
        numbers(answers.numbers),
        *(section(answer, answers) for answer in answers.sections),
        "</main>",
        "<footer><p>Each query can be asked again with <code>newsbeam sql</code>. "
        "Charts by Vega-Lite, map by Natural Earth.</p></footer>",
    ]


def _header(report: Report) -> str:
    days = ""
    if report.answers:
        first, last, count = *report.answers.period, report.answers.period.days
        days = f"{count:,} day{'s' if count != 1 else ''}, {first} to {last} (UTC), of "
    return (
        f"<header><h1>newsbeam report</h1><p>{days}the lake {cells.html(report.lake)}; "
        f"made {cells.html(report.made_at)} UTC.</p></header>"
    )


def _alarms(alarms: Sequence[Alarm]) -> str:
    head = '<section id="alarms" aria-labelledby="alarms-title" class="{}"><h2 id="alarms-title">{}</h2>{}</section>'
    if not alarms:
        return head.format("well", "No alarm", "<p>Nothing needs you now.</p>")
    title = "1 alarm" if len(alarms) == 1 else f"{len(alarms):,} alarms"
    rows = [
        f"<li><strong>{cells.html(alarm.name.replace('_', ' '))}</strong> {_about(alarm)}{cells.html(alarm.reason)}"
        f'<span class="next">Next: {cells.html(alarm.next_step)}</span></li>'
        for alarm in alarms
    ]
    shown = f"<ul>{''.join(rows[:ALARMS])}</ul>"
    if rest := rows[ALARMS:]:
        shown += f"<details><summary>{len(rest):,} more</summary><ul>{''.join(rest)}</ul></details>"
    return head.format("alarming", title, f"{shown}<p><code>newsbeam status</code> tells them too.</p>")


def _about(alarm: Alarm) -> str:
    return "" if alarm.about in alarm.reason else f"{cells.html(alarm.about)}: "


def _asset(name: str) -> str:
    return files("newsbeam.report").joinpath("assets", name).read_text(encoding="utf-8")


def _digest(content: str) -> str:
    """Return how the policy names an element's content."""
    return f"'sha256-{base64.b64encode(sha256(content.encode()).digest()).decode()}'"
