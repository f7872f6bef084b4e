"""The facts about a lake in Prometheus' text format, for the node exporter's textfile collector."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from newsbeam.alarms import Alarm

_HELP: Final = {
    "up": "1 where the lake could be read",
    "articles": "articles in their latest revision",
    "mentions": "mentions of names in them",
    "dead_letters": "documents that could not be stored and were not stored since",
    "pending_links": "links that are tried again",
    "last_read_timestamp_seconds": "time at which the newest article was read",
    "last_commit_timestamp_seconds": "time of the last commit",
    "feeds": "subscribed feeds by status",
    "table_files": "committed files by table",
    "table_bytes": "their bytes",
    "disk_free_bytes": "free bytes on the disk of a local lake",
    "alarms": "alarms that are on, by name",
    "checked_timestamp_seconds": "time of this look",
}


def exposition(facts: Mapping[str, Any], alarms: Iterable[Alarm]) -> str:
    """Return the metrics, each with its help and type (Prometheus' "Exposition formats", text format 0.0.4)."""
    samples: dict[str, list[tuple[dict[str, str], float]]] = {"up": [({}, 1)]}
    totals = facts["totals"]
    for name in ("articles", "mentions", "dead_letters"):
        samples[name] = [({}, totals[name])]
    samples["pending_links"] = [({}, totals["pending"])]
    if totals["last_read_at"]:
        samples["last_read_timestamp_seconds"] = [({}, totals["last_read_at"].timestamp())]
    if facts["last_runs"]:
        samples["last_commit_timestamp_seconds"] = [({}, facts["last_runs"][0]["last_commit"].timestamp())]
    samples["feeds"] = _counted("status", (feed["system_status"] for feed in facts["feeds"]))
    samples["table_files"] = [({"table": name}, table["files"]) for name, table in facts["files"].items()]
    samples["table_bytes"] = [({"table": name}, table["bytes"]) for name, table in facts["files"].items()]
    if facts["disk"]:
        samples["disk_free_bytes"] = [({}, facts["disk"]["free"])]
    samples["alarms"] = _counted("name", (alarm.name for alarm in alarms))
    samples["checked_timestamp_seconds"] = [({}, facts["checked_at"].timestamp())]
    return "".join(_family(name, found) for name, found in samples.items())


def down() -> str:
    """Return what is told of a lake that can not be read."""
    return _family("up", [({}, 0)])


def _counted(label: str, values: Iterable[str]) -> list[tuple[dict[str, str], float]]:
    counts: dict[str, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return [({label: value}, number) for value, number in sorted(counts.items())] or [({}, 0)]


def _family(name: str, samples: Iterable[tuple[dict[str, str], float]]) -> str:
    lines = [f"# HELP newsbeam_{name} {_HELP[name]}", f"# TYPE newsbeam_{name} gauge"]
    for labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"newsbeam_{name}{{{inside}}} {_exact(value)}" if inside else f"newsbeam_{name} {_exact(value)}")
    return "\n".join(lines) + "\n"


def _exact(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
