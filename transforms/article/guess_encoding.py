"""The encoding of bytes that nobody declared and that are no Unicode, by what comes of each.

Japanese and Korean are certain by the share of kana and Hangul. Among the encodings for Latin letters the one counts
whose letters beyond ASCII belong to the language that the text is in; for other scripts charset-normalizer is right.
"""

import re
from typing import Final

from charset_normalizer import from_bytes

from transforms.article.language import detect_language

_SAMPLE: Final = 65_536  # bytes that are looked at
_LATIN: Final = ("cp1252", "cp1250", "iso8859_2", "cp1254", "cp1257")
_ESCAPE = re.compile(rb"\x1b\$[@B]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LETTER = re.compile(r"[^\W\d_]")
_PUNCTUATION: Final = frozenset("–—‘’‚“”„…•«»‹›°§©®™€£¢¥±·×½¼¾²³¹ºª´¿¡ \xa0\xad´†‡‰")
#: Letters beyond ASCII of the languages that these encodings are for (exemplar characters of the Unicode CLDR).
_LETTERS: Final = {
    "fr": "àâæçéèêëîïôœùûüÿ",
    "es": "áéíñóúü",
    "pt": "áâãàçéêíóôõúü",
    "it": "àèéìíòóùúî",
    "de": "äöüßé",
    "nl": "áäéëíïóöúüèê",
    "sv": "åäöéàü",
    "da": "æøåéáó",
    "no": "æøåéóèòâêàü",
    "fi": "äöåšž",
    "is": "áðéíóúýþæö",
    "ca": "àçéèíïóòúü·",
    "gl": "áéíñóúü",
    "eu": "çñü",
    "ga": "áéíóú",
    "cy": "âêîôûŵŷäëïöü",
    "en": "éèêëïöüàçñâîô",
    "cs": "áčďéěíňóřšťúůýž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "pl": "ąćęłńóśźż",
    "hu": "áéíóöőúüű",
    "ro": "ăâîșțşţ",
    "hr": "čćđšž",
    "bs": "čćđšž",
    "sr": "čćđšž",
    "sl": "čšžćđ",
    "sq": "çë",
    "tr": "çğıİiöşüâîû",
    "az": "çəğıİöşü",
    "et": "äõöüšž",
    "lv": "āčēģīķļņšūž",
    "lt": "ąčęėįšųūž",
}


def guess_encoding(data: bytes) -> str:
    """Name the encoding (as Python calls it) that the bytes are most likely in; cp1252 when nothing speaks for any."""
    sample = data[:_SAMPLE]
    for encoding, letters, share in (("euc_jp", _KANA, 0.2), ("shift_jis", _KANA, 0.2), ("euc_kr", _HANGUL, 0.7)):
        text = _decoded(sample, encoding)
        beyond = sum(not character.isascii() for character in text)
        if beyond and len(letters.findall(text)) >= share * beyond:
            return encoding
    best = from_bytes(sample).best()
    encoding = best.encoding if best is not None else "cp1252"
    return _latin(sample, encoding) if _is_latin(_decoded(sample, encoding)) else encoding


def guess_escaped(data: bytes) -> bool:
    """Tell ISO-2022-JP by its escapes, which no other text has."""
    return data.isascii() and _ESCAPE.search(data[:_SAMPLE]) is not None


def _decoded(data: bytes, encoding: str) -> str:
    """Decode a sample, whose last character may be cut; "" when it is not in this encoding."""
    for length in (len(data), len(data) - 1, len(data) - 2, len(data) - 3)[: 4 if len(data) >= _SAMPLE else 1]:
        try:
            return data[:length].decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return ""


def _is_latin(text: str) -> bool:
    letters = _LETTER.findall(text)
    return not letters or sum(letter < "\u0250" for letter in letters) >= 0.8 * len(letters)


def _latin(data: bytes, encoding: str) -> str:
    """Choose among the encodings for Latin letters; the first guess goes before those that are no better."""
    best, most = encoding, 0.0
    for candidate in _LATIN:
        text = _decoded(data, candidate)
        if not text:
            continue
        language, score = detect_language("", text)
        beyond = [character for character in text if not character.isascii()]
        known = frozenset(_LETTERS.get(language, ""))
        fitting = sum(character.lower() in known or character in known for character in beyond)
        marks = sum(character in _PUNCTUATION for character in beyond)
        share = score * (fitting + 0.9 * marks) / max(1, len(beyond))
        if share > most + 0.001:
            best, most = candidate, share
    return best if most >= 0.3 else encoding
