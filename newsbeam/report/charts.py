"""The charts of a report, as Vega-Lite specifications; colours and fonts come from the page."""

import json
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from newsbeam.report.answers import Answer
from newsbeam.report.cells import plain
from newsbeam.report.period import Period
from newsbeam.report.world import borders, country_name, numeric

Spec = dict[str, Any]

ROWS: Final = 20  # of a bar chart
ROOM: Final = 1.15  # of a bar chart, so that the longest bar has its number beside it
LABELS: Final = ("GPE", "ORG", "PERSON", "LOC", "NORP", "EVENT")  # each has the same colour in all charts
_LINE: Final = 22  # pixels of a bar with its gap


def chart(answer: Answer, period: Period) -> Spec | None:
    """Return the chart of an answer, None where its table says all."""
    draw = _CHARTS.get(answer.question.name)
    if not draw or not answer.rows:
        return None
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "width": "container", **draw(answer, period)}


def _data(answer: Answer, columns: tuple[str, ...], most: int = ROWS) -> dict[str, Any]:
    rows = [{name: plain(record[name]) for name in columns} for record in answer.records[:most]]
    return {"values": rows}


def _tooltip(*columns: str) -> list[Spec]:
    return [{"field": name, "title": name.replace("_", " ")} for name in columns]


def _moment(day: date) -> dict[str, Any]:
    return {"year": day.year, "month": day.month, "date": day.day, "utc": True}


def _articles(answer: Answer, period: Period) -> Spec:
    unit, source, count = answer.columns
    sources = list(dict.fromkeys(plain(record[source]) for record in answer.records))
    sources.sort(key=lambda name: (name == "all others", -_total(answer, name)))
    shown = "%b %Y" if unit == "month" else "%d %b"
    return {
        "height": 260,
        "data": _data(answer, answer.columns, len(answer.rows)),
        "mark": "bar",
        "encoding": {
            "x": {
                "field": unit, "type": "ordinal", "title": None,
                "scale": {"domain": [plain(day) for day in period.units(answer.records[0][unit])], "padding": 0.15},
                "axis": {
                    "labelExpr": f"utcFormat(toDate(datum.value), '{shown}')", "labelOverlap": True, "labelAngle": 0,
                },
            },
            "y": {"field": count, "type": "quantitative", "title": count, "axis": {"tickMinStep": 1, "format": ",d"}},
            "color": {
                "field": source, "type": "nominal", "scale": {"domain": sources},
                "legend": {"orient": "bottom", "title": None},
            },
            "order": {"field": "order", "type": "quantitative"},
            "tooltip": _tooltip(unit, source, count),
        },
        "transform": [{"calculate": f"indexof({json.dumps(sources)}, datum.{source})", "as": "order"}],
    }  # fmt: skip


def _total(answer: Answer, source: str) -> int:
    return sum(record["articles"] for record in answer.records if plain(record["source"]) == source)


def _bars(answer: Answer, name: str, count: str, colour: str = "") -> Spec:
    """Draw a bar a row, in the order of the rows, with its number beside it."""
    columns = (name, count, colour) if colour else (name, count)
    rows = _data(answer, columns)
    most = max(record[count] for record in answer.records)
    y = {"field": name, "type": "nominal", "sort": None, "title": None, "axis": {"ticks": False, "domain": False}}
    x = {
        "field": count, "type": "quantitative", "title": None, "axis": None,
        "scale": {"domain": [0, most * ROOM], "nice": False},
    }  # fmt: skip
    bar: Spec = {"mark": "bar", "encoding": {"tooltip": _tooltip(*columns)}}
    if colour:
        there = sorted(
            {record[colour] for record in answer.records[:ROWS]}, key=lambda label: (label not in LABELS, label)
        )
        bar["encoding"]["color"] = {
            "field": colour, "type": "nominal", "scale": {"domain": list(dict.fromkeys([*LABELS, *there]))},
            "legend": {"orient": "bottom", "title": None, "values": there},
        }  # fmt: skip
    number = {
        "mark": {"type": "text", "align": "left", "dx": 4},
        "encoding": {"text": {"field": count, "type": "quantitative", "format": ",d"}},
    }
    return {"height": _LINE * len(rows["values"]), "data": rows, "encoding": {"y": y, "x": x}, "layer": [bar, number]}


def _trending(answer: Answer, _: Period) -> Spec:
    spec = _bars(answer, "name", "articles", "label")
    spec["data"] = _data(answer, ("name", "label", "articles", "expected", "score"))
    spec["layer"][0]["encoding"]["tooltip"] = _tooltip("name", "label", "articles", "expected", "score")
    tick = {"mark": {"type": "tick", "thickness": 3}, "encoding": {"x": {"field": "expected"}}}
    spec["layer"].insert(1, tick)
    return spec


def _delays(answer: Answer, _: Period) -> Spec:
    columns = ("source", "articles", "median_minutes_to_reading", "p90_minutes_to_reading")
    x = {
        "type": "quantitative", "title": "minutes",
        "scale": {"type": "symlog", "constant": 1},
        "axis": {"values": [0, 1, 5, 15, 60, 240, 1440, 10080, 43200], "format": ",d", "labelOverlap": True},
    }  # fmt: skip
    y = {"field": "source", "type": "nominal", "sort": None, "title": None}
    line = {
        "mark": {"type": "rule", "strokeWidth": 3},
        "encoding": {"x": {**x, "field": columns[2]}, "x2": {"field": columns[3]}, "tooltip": _tooltip(*columns)},
    }
    dot = {
        "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
        "encoding": {"x": {**x, "field": columns[2]}, "tooltip": _tooltip(*columns)},
    }
    rows = _data(answer, columns)
    height = _LINE * len(rows["values"])
    return {"height": height, "data": rows, "encoding": {"y": y}, "layer": [line, dot]}


def _countries(answer: Answer, _: Period) -> Spec:
    named = [
        {"id": numeric(record["country"]), "name": country_name(record["country"]), "articles": record["articles"]}
        for record in answer.records
    ]
    most = max(record["articles"] for record in answer.records)
    return {
        "height": 400,
        "data": {"values": borders(), "format": {"type": "topojson", "feature": "countries"}},
        "projection": {"type": "equalEarth"},
        "layer": [
            {"mark": "geoshape"},
            {
                "transform": [
                    {"lookup": "id", "from": {"data": {"values": named}, "key": "id", "fields": ["name", "articles"]}},
                    {"filter": "isValid(datum.articles)"},
                ],
                "mark": "geoshape",
                "encoding": {
                    "color": {
                        "field": "articles", "type": "quantitative", "scale": {"type": "sqrt", "domain": [0, most]},
                        "legend": {
                            "orient": "bottom", "title": "articles", "gradientLength": 200, "format": ",d",
                            "values": sorted({0, most // 4, most}),
                        },
                    },
                    "tooltip": _tooltip("name", "articles"),
                },
            },
        ],
    }  # fmt: skip


def _runs(answer: Answer, period: Period) -> Spec:
    columns = ("run_id", "last_commit", "documents", "seconds", "articles")
    begin = period.first
    if period.unit != "day":
        begin = max(begin, min(record["last_commit"] for record in answer.records).date())
    rows = _data(answer, columns, len(answer.rows))
    size = {
        "field": "seconds", "type": "quantitative", "scale": {"range": [40, 600]},
        "legend": {"orient": "bottom", "tickCount": 3, "format": ",.2~f"},
    }  # fmt: skip
    timed = any(row["seconds"] for row in rows["values"])
    for row in rows["values"]:
        row["seconds"] = row["seconds"] or 0
    axis = {"format": "%d %b" if period.days > 2 else "%d %b %H:%M"}
    axis |= {"tickCount": "day"} if 2 < period.days <= 14 else {}
    return {
        "height": 220,
        "data": rows,
        "mark": {"type": "point", "filled": True, "opacity": 0.8},
        "encoding": {
            "x": {
                "field": "last_commit", "type": "temporal", "title": "last commit (UTC)",
                "scale": {"type": "utc", "domain": [_moment(begin), _moment(period.last + timedelta(1))]},
                "axis": {"labelOverlap": True, "grid": False, **axis},
            },
            "y": {"field": "documents", "type": "quantitative", "axis": {"tickMinStep": 1, "format": ",d"}},
            "size": size if timed else {"value": 90},
            "tooltip": _tooltip(*columns),
        },
    }  # fmt: skip


_CHARTS: Final[Mapping[str, Callable[[Answer, Period], Spec]]] = {
    "articles": _articles,
    "outcomes": lambda answer, _: _bars(answer, "outcome", "documents"),
    "delays": _delays,
    "languages": lambda answer, _: _bars(answer, "language", "articles"),
    "entities": lambda answer, _: _bars(answer, "name", "articles", "label"),
    "trending": _trending,
    "countries": _countries,
    "removed": lambda answer, _: _bars(answer, "rule", "lines"),
    "runs": _runs,
}
