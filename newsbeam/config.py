"""Build the settings: flags > environment > newsbeam.toml > defaults. The only reader of all four."""

import argparse
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from newsbeam.names_file import read_names
from schemas.errors import SettingsError
from schemas.settings import (
    FeedSettings,
    FetchSettings,
    LakeSettings,
    ProcessSettings,
    RetentionSettings,
    Settings,
    Wanted,
)

DEFAULT_FILE = "newsbeam.toml"

#: Keys of the file: section → (key → kind). The first section is the top of the file.
KEYS: Mapping[str, Mapping[str, type]] = {
    "": {
        "lake": str,
        "contact": str,
        "source": str,
        "slice_references": int,
        "slice_seconds": float,
        "raw_days": float,
    },
    "s3": {
        "endpoint": str,
        "region": str,
        "ca_file": str,
        "access_key": str,
        "secret_key": str,
        "session_token": str,
        "patience": float,
        "lease": float,
    },
    "fetch": {
        "allow_private": bool,
        "total_timeout": float,
        "connect_timeout": float,
        "max_body": int,
        "max_redirects": int,
        "ports": list,
        "blocked_domains": list,
        "per_host": int,
        "concurrency": int,
        "delay": float,
        "max_crawl_delay": float,
        "tries": int,
        "patience": float,
        "max_retry_after": float,
        "host_failures": int,
        "tdm": str,
    },
    "feeds": {
        "max_body": int,
        "interval": float,
        "min_interval": float,
        "max_interval": float,
        "probe_days": float,
        "moves": int,
        "retry_days": float,
    },
    "process": {
        "pool_size": int,
        "timeout": float,
        "recycle": int,
        "extract": str,
        "names": str,
        "tagger": str,
        "models": dict,
    },
    "retention": {
        "grace_days": float,
        "articles_days": int,
        "outcomes_days": int,
        "sightings_days": int,
        "feed_fetches_days": int,
        "dead_letters_days": int,
    },
}

#: Names of buckets, as S3's documentation gives them ("General purpose bucket naming rules").
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")

#: Keys that are one of a few words.
CHOICES: Mapping[str, tuple[str, ...]] = {"tdm": ("honour", "record"), "extract": ("standard", "quality")}

SECRETS = frozenset({"access_key", "secret_key", "session_token"})


def read_file(path: Path | None) -> dict[str, dict[str, Any]]:
    """Read a newsbeam.toml into sections; without a path the one of the working folder, if there is one.

    Raises:
        SettingsError: the file is missing, is no TOML, or holds a key that is not known or of another kind.

    """
    if path is None:
        path = Path(DEFAULT_FILE)
        if not path.is_file():
            return {}
    try:
        loaded = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"cannot read the settings file {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path} is not UTF-8: {error.reason} at byte {error.start}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    sections: dict[str, dict[str, Any]] = {"": {}}
    for name, value in loaded.items():
        if isinstance(value, dict) and name not in KEYS[""]:
            if name not in KEYS:
                raise SettingsError(f"{path}: unknown section [{name}]; known are {_names(k for k in KEYS if k)}")
            sections[name] = {key: _checked(path, name, key, item) for key, item in value.items()}
        else:
            sections[""][name] = _checked(path, "", name, value)
    return sections


def settings_from(arguments: argparse.Namespace, environment: Mapping[str, str] = os.environ) -> Settings:
    """Join the four sources into one value.

    Raises:
        SettingsError: one of them holds something that can not be.

    """
    given = read_file(Path(arguments.config) if arguments.config else None)
    top = given.get("", {})
    flags = {name: value for name, value in vars(arguments).items() if value not in (None, False, 0, "")}
    if getattr(arguments, "raw_days", None) == 0:
        flags["raw_days"] = 0.0
    file = arguments.config or (DEFAULT_FILE if given else "")
    process = dict(given.get("process", {}))
    process["names"] = read_names(Path(process["names"]) if process.get("names") else None)
    process["models"] = tuple(sorted(process.get("models", {}).items()))
    fetch = _only(FetchSettings, given.get("fetch", {}) | flags)
    feeds = FeedSettings(**given.get("feeds", {}))
    if feeds.min_interval > feeds.max_interval:
        raise SettingsError(f"{file}: [feeds] min_interval is more than max_interval")
    retention = RetentionSettings(**given.get("retention", {}))
    if retention.grace_days > 7:
        raise SettingsError(f"{file}: [retention] grace_days is 7 at most: after that Delta forgets what was replaced")
    if 0 < retention.outcomes_days <= feeds.retry_days:
        raise SettingsError(
            f"{file}: [retention] outcomes_days must be more than [feeds] retry_days, {feeds.retry_days:g}"
        )
    contact = environment.get("NEWSBEAM_CONTACT") or top.get("contact", "")
    return Settings(
        lake=_lake(flags, environment, given, file),
        fetch=replace(FetchSettings(), **fetch, contact=contact),
        process=replace(ProcessSettings(), **_only(ProcessSettings, process | flags)),
        feeds=feeds,
        retention=retention,
        wanted=Wanted(flags.get("since"), flags.get("until"), tuple(name.lower() for name in flags.get("domain", ()))),
        **_only(Settings, top | flags, without=("lake", "fetch", "process", "feeds", "retention", "wanted")),
    )


def _lake(
    flags: Mapping[str, Any], environment: Mapping[str, str], given: Mapping[str, dict[str, Any]], file: str
) -> LakeSettings:
    s3 = {key: value for key, value in given.get("s3", {}).items() if key not in SECRETS}
    uri = flags.get("lake") or environment.get("NEWSBEAM_LAKE") or given.get("", {}).get("lake") or LakeSettings.uri
    region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
    if region:
        s3["region"] = region
    endpoint = environment.get("NEWSBEAM_S3_ENDPOINT") or s3.get("endpoint") or environment.get("AWS_ENDPOINT_URL", "")
    if uri.startswith("s3:"):
        bucket = uri.removeprefix("s3:").lstrip("/").split("/")[0]
        if not bucket:
            raise SettingsError(f"the lake {uri!r} names no bucket; write s3://BUCKET or s3://BUCKET/PREFIX")
        if not BUCKET.fullmatch(bucket):
            raise SettingsError(f"{bucket!r} can not be a bucket: 3 to 63 of a-z, 0-9, dots and dashes (in {uri!r})")
    if "://" in uri and not uri.startswith("s3://"):
        raise SettingsError(f"the lake {uri!r} is neither a folder nor s3://bucket/prefix")
    found = replace(LakeSettings(), **(s3 | {"uri": uri.rstrip("/") or "/", "endpoint": endpoint, "config": file}))
    least = found.patience + 2 * found.heartbeat
    if found.lease < least:
        raise SettingsError(
            f"{file}: [s3] lease must be {least:g} or more, not {found.lease:g}: with a patience of {found.patience:g}"
            " seconds, a run that waits for its server would be taken for dead"
        )
    return found


def _only(kind: type, values: Mapping[str, Any], without: tuple[str, ...] = ()) -> dict[str, Any]:
    names = {field.name for field in fields(kind)} - set(without)
    return {name: value for name, value in values.items() if name in names}


def _checked(path: Path, section: str, key: str, value: Any) -> Any:
    where = f"{path}: {f'[{section}] ' if section else ''}{key}"
    kind = KEYS[section].get(key)
    if kind is None:
        raise SettingsError(f"{where} is not a setting; known are {_names(KEYS[section])}")
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise SettingsError(f"{where} must be {_kind_name(kind)}, not {value!r}")
    if isinstance(value, int | float) and value < 0:
        raise SettingsError(f"{where} must not be negative")
    if kind is list:
        return _list(where, key, value)
    if value not in CHOICES.get(key, (value,)):
        raise SettingsError(f"{where} must be one of {', '.join(CHOICES[key])}, not {value!r}")
    return value


def _list(where: str, key: str, value: Any) -> tuple[Any, ...]:
    wanted: type = int if key == "ports" else str
    if not all(isinstance(item, wanted) and not isinstance(item, bool) for item in value):
        raise SettingsError(f"{where} must be a list of {'whole numbers' if wanted is int else 'texts in quotes'}")
    return tuple(item.strip().lower().strip(".") if isinstance(item, str) else item for item in value)


def _kind_name(kind: type) -> str:
    return {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false", list: "a list"}.get(
        kind, "a table"
    )


def _names(names: Any) -> str:
    return ", ".join(sorted(names))
