"""`newsbeam replay`: make what is stored again with today's rules, without fetching."""

import argparse
import json
import time
from dataclasses import replace

from lake.store import open_store
from newsbeam.config import settings_from
from newsbeam.replay_plan import print_changes
from newsbeam.running import Progress, check_extract, spare_memory, stop_on_signals, with_beam
from newsbeam.summary import print_summary, summary_object
from transforms.article.tagger import check_settings


def run(arguments: argparse.Namespace) -> int:
    """Run it, or print the first changes that it would make."""
    started = time.monotonic()
    spare_memory()
    settings = settings_from(arguments)
    settings = replace(settings, process=replace(settings.process, extract=arguments.extract))
    check_settings(settings.process)
    check_extract(settings.process)
    options = with_beam("pipelines.run_graph").beam_options(arguments.beam_flags)
    open_store(settings.lake).check()
    if arguments.dry_run:
        return print_changes(arguments.what, settings)
    stop_on_signals()
    progress = (lambda _: None) if arguments.quiet or arguments.json else Progress()
    summary = with_beam("pipelines.replay").replay(settings, arguments.what, options, progress)
    seconds = time.monotonic() - started
    if arguments.json:
        print(json.dumps(summary_object(summary, settings, seconds), ensure_ascii=False))
    elif not arguments.quiet:
        print_summary(summary, settings, seconds)
    return 3 if summary.interrupted else 0
