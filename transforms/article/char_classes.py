"""Compile the same character class only once.

spaCy's French tokenizer compiles one pattern with 800 copies of a few character classes of thousands of letters, which
takes the standard library four seconds in each process; with equal classes optimised once it takes one.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def compiled_once() -> Iterator[None]:
    """Remember how `re` has optimised each class while the block runs; the patterns come out the same.

    Reaches into a private function of the standard library; does nothing where there is no such function.
    """
    compiler: Any = getattr(re, "_compiler", None)
    optimise = getattr(compiler, "_optimize_charset", None)
    if optimise is None:
        yield
        return
    compiler._optimize_charset = _remembering(optimise)
    try:
        yield
    finally:
        compiler._optimize_charset = optimise


def _remembering(optimise: Callable[..., Any]) -> Callable[..., Any]:
    seen: dict[Any, Any] = {}

    def remembered(charset: Any, *options: Any) -> Any:
        key = (tuple(charset), *(option if option is None else id(option) for option in options))
        try:
            if key not in seen:
                seen[key] = optimise(charset, *options)
        except TypeError:
            return optimise(charset, *options)
        return seen[key]

    return remembered
