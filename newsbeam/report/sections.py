"""A section of the report: heading, chart, table, download, query."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from newsbeam.report import cells
from newsbeam.report.answers import Answer, Answers
from newsbeam.report.charts import ROWS, chart
from newsbeam.report.world import country_name
from schemas.outcomes import OUTCOMES

#: Columns that are shown as a link of the column before them.
_ADDRESS: Final = {"url": ("feed", "title")}


def section(answer: Answer, answers: Answers) -> str:
    """Return a section as HTML."""
    question, period = answer.question, answers.period
    words = {"unit": period.unit, "newest": answers.newest.isoformat()}
    title = question.title.format(**words)
    spec = chart(answer, period)
    return "\n".join(
        [
            f'<section id="{question.name}" aria-labelledby="{question.name}-title">',
            f'<h2 id="{question.name}-title">{escape(title)}</h2>',
            f'<p class="note">{escape(question.note.format(**words))}</p>',
            *(_figure(answer, title, spec) if answer.rows else [f'<p class="nothing">{escape(question.nothing)}</p>']),
            _sources(answer, title),
            "</section>",
        ]
    )


def _figure(answer: Answer, title: str, spec: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the chart and its table; the table stands open where nothing can draw the chart."""
    name, count = answer.question.name, len(answer.rows)
    rows = f"{count:,} row{'s' if count != 1 else ''}"
    if spec is None:
        yield table(answer, title)
        return
    label = f"{title}: chart. The table below it has the same numbers."
    yield f'<div class="chart" id="{name}-chart" role="img" aria-label="{escape(label)}" hidden></div>'
    yield f'<script type="application/json" class="spec" data-chart="{name}">{cells.json_block(spec)}</script>'
    drawn = spec["data"]["values"]
    first = f"; the chart shows the first {ROWS}" if isinstance(drawn, list) and len(drawn) < count else ""
    yield f'<details class="behind" open><summary>Table: {escape(title)} ({rows}{first})</summary>'
    yield table(answer, title)
    yield "</details>"


def table(answer: Answer, title: str) -> str:
    """Return the rows as a table that scrolls by itself and can be reached by keyboard."""
    shown = [name for name in answer.columns if not _is_address(answer, name)]
    numeric = {name for name in shown if _is_number(answer, name)}
    heads = "".join(
        f'<th scope="col"{" class=number" if name in numeric else ""}>{escape(name.replace("_", " "))}</th>'
        for name in shown
    )
    body = "".join(f"<tr>{_row(record, shown, numeric)}</tr>" for record in answer.records)
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(title)}: table">'
        f"<table><caption>{escape(title)}</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(record: Mapping[str, Any], shown: list[str], numeric: set[str]) -> str:
    found = []
    for number, name in enumerate(shown):
        cell, kind = _cell(record, name), " class=number" if name in numeric else ""
        found.append(f"<td{kind}>{cell}</td>" if number else f'<th scope="row"{kind}>{cell}</th>')
    return "".join(found)


def _cell(record: Mapping[str, Any], name: str) -> str:
    value = record[name]
    if name in ("feed", "title") and record.get("url"):
        return cells.link(record["url"], value or record["url"])
    if name == "publisher_names":
        return f'<div class="inline">{cells.html(value)}</div>'
    if name == "latest_document":
        return cells.link(value or "", value or "")
    if name == "country" and value:
        return f"<bdi>{escape(country_name(value))}</bdi> <small>{cells.html(value)}</small>"
    if name == "outcome" and value in OUTCOMES:
        return f"{cells.html(value)}<small>{escape(OUTCOMES[value])}</small>"
    return cells.html(value)


def _is_address(answer: Answer, name: str) -> bool:
    return any(beside in answer.columns for beside in _ADDRESS.get(name, ()))


def _is_number(answer: Answer, name: str) -> bool:
    values = [record[name] for record in answer.records if record[name] is not None]
    return bool(values) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in values)


def _sources(answer: Answer, title: str) -> str:
    """Return the download and the query."""
    name = answer.question.name
    download = (
        f'<a class="button" download="newsbeam-{name}.csv" href="{cells.csv_link(answer.columns, answer.rows)}">'
        f'Download CSV<span class="unseen">: {escape(title)}</span></a>'
    )
    return (
        f'<div class="sources">{download if answer.rows else ""}'
        f'<details class="sql"><summary>Show SQL<span class="unseen">: {escape(title)}</span></summary>'
        f'<pre role="region" tabindex="0" aria-label="SQL: {escape(title)}"><code>{escape(answer.sql)}</code></pre>'
        "</details></div>"
    )


def numbers(answer: Answer) -> str:
    """Return the numbers at the top."""
    (record,) = answer.records
    told = "".join(
        f"<div><dt>{escape(name.replace('_', ' '))}</dt><dd>{cells.html(value)}</dd></div>"
        for name, value in record.items()
    )
    return (
        f'<section id="numbers" aria-labelledby="numbers-title"><h2 id="numbers-title">In numbers</h2>'
        f'<dl class="numbers">{told}</dl>{_sources(answer, "In numbers")}</section>'
    )
