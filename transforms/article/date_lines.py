"""Lines that hold a date and nothing else, as they stand below a headline: `Published: 3 May 2026 10:00 CET`."""

import re
from typing import Final, NamedTuple

from transforms.article.moments import parse_moment

LONGEST: Final = 90  # characters of such a line

_PUBLISHED: Final = (
    r"(?:first |originally |date )?(?:published|posted|released|issued|created|filed)(?: (?:on|at))?|publication date|"
    r"date|dated|pub date|"
    r"(?:zuerst )?(?:veröffentlicht|erschienen|erstellt|publiziert)(?: am)?|datum|vom|"
    r"(?:publiée?|paru|mis en ligne|créée?)(?: le)?|le|publicado(?:a)?(?: (?:el|em|a))?|fecha|data|"
    r"pubblicato(?: (?:il|el))?|gepubliceerd(?: op)?|geplaatst(?: op)?|publicerad(?: den)?|publisert|"
    r"udgivet|julkaistu|"
    r"opublikowano|data publikacji|dodano|опубликовано|дата(?: публикации)?|опубліковано|publikováno|vydáno|"
    r"yayınlanma(?: tarihi)?|发布时间|發布時間|发布日期|日期|公開|公開日|"
    r"配信|掲載日|입력|기사입력|등록|نُشر(?: في)?|تاريخ النشر"
)
_UPDATED: Final = (
    r"(?:last )?(?:updated|modified|changed|revised)(?: (?:on|at))?|update|"
    r"(?:zuletzt )?(?:aktualisiert|geändert)(?: am)?|stand|mise? à jour(?: le)?|modifiée?(?: le)?|actualizado(?: el)?|"
    r"atualizado(?: em)?|aggiornato(?: il)?|bijgewerkt(?: op)?|uppdaterad(?: den)?|oppdatert|opdateret|päivitetty|"
    r"zaktualizowano|обновлено|оновлено|aktualizováno|güncelleme(?: tarihi)?|更新时间|更新時間|更新日|更新|수정|"
    r"آخر تحديث"
)
_WEEKDAY: Final = r"(?:[^\W\d_]{2,12}(?:-feira)?\.?,?\s+)?"
_DAY: Final = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\.?(?!\d)"
    r"|\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d{2})(?!\d)"
    r"|\d{1,2}(?:st|nd|rd|th|er|º|ª|\.)?[\s-]+(?:de\s+|"
    r"of\s+)?[^\W\d_]{3,12}\.?,?[\s-]+(?:de[l]?\s+)?\d{4}(?:\s?г(?:ода|\.)?|\s+r\.)?"
    r"|[^\W\d_]{3,12}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
)
_CLOCK: Final = (
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::(?P<second>\d{2}))?"
    r"\s*(?P<half>[ap]\.?\s?m\.?(?![^\W\d_]))?"
)
_ZONE: Final = r"(?:\s*\(?(?P<zone>(?-i:(?:GMT|UTC)?\s?[+-]\d{1,2}(?::?\d{2})?|Z|[A-Z]{2,4}))\)?)?"
_AT: Final = r"[\s,;|/·•T–—-]{1,5}(?:at|um|à|a las|a la\(s\)|alle(?: ore)?|ore|às|om|kl\.?|klo|o godz\.|в)?[\s:]*"
_HOURS: Final = r"\s*(?:Uhr|hrs?\.?|h|Hs\.?|น\.)?"
_LABEL: Final = rf"(?:(?:(?P<published>{_PUBLISHED})|(?P<updated>{_UPDATED}))\s*[:：-]?\s*(?:the )?)?"
#: What may follow a date that has a label: `in: Local`, `by Jane Roe`.
_TAIL: Final = r"(?:\s+(?:in|by|von|par|por|di|av|af|door):?\s.{2,40})?"
_DAY_FIRST = re.compile(
    rf"{_LABEL}{_WEEKDAY}(?P<day>{_DAY})(?:{_AT}{_CLOCK}{_HOURS}{_ZONE})?\s*\.?(?(published){_TAIL})", re.IGNORECASE
)
_CLOCK_FIRST = re.compile(
    rf"{_LABEL}{_CLOCK}{_HOURS}{_ZONE}[\s,;|/·•–—-]{{1,4}}(?:on |am |le |el )?{_WEEKDAY}(?P<day>{_DAY})\s*\.?",
    re.IGNORECASE,
)
_PIECES = re.compile(r"\s+[|•·]\s+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|º|ª)\b", re.IGNORECASE)


class DateLine(NamedTuple):
    """The words of a line that is a date."""

    words: str  # for `parse_moment`
    raw: str  # as the line has them, without its label
    updated: bool  # it tells of the last change


def date_line(line: str) -> DateLine | None:
    """Read a line that is a date, perhaps with a weekday, a time, a zone and a label before it; None for any other.

    A day that may be read in two ways (`03/05/2026`) is none, and neither is one without its year. What stands behind a
    bar or dot (`25.04.24 | 14:07 Uhr | Jane Roe`) may be something else.
    """
    if len(line) > LONGEST or not any(character.isdigit() for character in line):
        return None
    pieces = _PIECES.split(line.strip())
    for count in range(len(pieces), 0, -1):
        for first in range(len(pieces) - count + 1):
            found = _whole(", ".join(pieces[first : first + count]))
            if found is not None:
                return found
    return None


def _whole(text: str) -> DateLine | None:
    for form in (_DAY_FIRST, _CLOCK_FIRST):
        match = form.fullmatch(text)
        if match is None:
            continue
        hour = match["hour"]
        if hour and not (match["minute"] or match["half"]) and not re.search(r"(?:Uhr|hrs?|h)\b", text):
            continue
        words = _words(match)
        if parse_moment(words) is not None:
            label = match["published"] or match["updated"] or ""
            return DateLine(words, text[len(label) :].lstrip(" :：-"), bool(match["updated"]))
    return None


def _words(match: re.Match[str]) -> str:
    day = _ORDINAL.sub("", match["day"]).strip()
    if not match["hour"]:
        return day
    half = (match["half"] or "").replace(".", "").replace(" ", "")
    clock = ":".join(part for part in (match["hour"], match["minute"] or "00", match["second"]) if part)
    return " ".join(part for part in (day.rstrip("."), clock + half, match["zone"]) if part)
