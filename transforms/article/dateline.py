"""The place a report is filed from: alone on the first line, or at the start of the first paragraph."""

import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import pycountry

_AGENCY: Final = (
    r"AP|AFP|Reuters|REUTERS|UPI|dpa|DPA|APA|ANSA|EFE|PTI|IANS|ANI|Xinhua|TASS|Tass|Interfax|Bloomberg|CNN|BBC|Kyodo"
    r"|ТАСС|РИА Новости|Интерфакс"
    r"|Yonhap|AAP|Anadolu|AA|ATS|SDA|sda|KNA|epd|afp|ap|SID|sid|Lusa|Belga|ANP|NTB|TT|Ritzau|PAP|CTK|ČTK|MTI|APP|BNS"
    r"|AGI|WAM|SPA|MENA|NAN|APS|JTA|CNA|UNI|PRNewswire|PR Newswire|Business Wire|BUSINESS WIRE|GLOBE NEWSWIRE"
    r"|(?:The )?(?:Canadian|Associated) Press|[A-Z]{2,6} ?/ ?[A-Z]{2,6}|[A-Z][\w.]+ News|[A-Z]\w+NewsNow"
)
_PLACE: Final = r"[^\W\d_][^\W_]*(?:[ .,'’/-]+[^\W\d_][^\W_]*\.?){0,6}?[.]?"
_DATE: Final = r"(?:(?:le|el|den|am)\s+)?(?:[A-Z][a-zé]{2,8}\.?\s+\d{1,2}|\d{1,2}\.?\s+[^\W\d_]{3,9}\.?)(?:,?\s+\d{4})?"
_DAY: Final = rf"(?:,?\s+{_DATE})"
_DASH: Final = r"(?:\.?\s*[—–]\s*|\s+[-_]{1,2}\s*|--\s*|\.-{1,2}\s*)"
#: `NIAMEY, Niger (Reuters) – `, `BERLIN (dpa) - `, `ISLAMABAD, March 4 (Reuters) - `
_WITH_AGENCY = re.compile(
    rf"(?P<place>{_PLACE}?){_DAY}?\s*(?:--)?[(/](?:{_AGENCY})[)/](?P<dash>{_DASH}|:\s+|\.\s+)(?=\S)"
)
#: The same with anything in the brackets, for a place that is known.
_WITH_SOURCE = re.compile(rf"(?P<place>{_PLACE}?){_DAY}?\s*\([^\W\d_][\w./ -]{{1,30}}\)(?P<dash>{_DASH})(?=\S)")
#: `MADRID — `, `BUFFALO, N.Y. — `, `München/London – `, `NEW DELHI: `
_WITHOUT = re.compile(rf"(?P<place>{_PLACE}?){_DAY}?(?P<dash>{_DASH}|:\s+)(?:{_DATE}{_DASH})?(?=\S)")
_XINHUA = re.compile(
    r"(?:新华社|中新社|中新网|人民网)(?P<place>[\u4e00-\u9fff]{2,8}?)\d{1,2}月\d{1,2}日(?:电|讯)\s*"
    r"(?:[（(][^）)]{2,30}[）)])?\s*"
)
#: `【北京讯】`, `（北京3日综合电）`
_BRACKETED = re.compile(
    r"[【（(](?:本[报報社]|中央社|新[华華]社|中新社)?(?P<place>(?![记記]者)[\u4e00-\u9fff]{2,4}?)(?<![报報社网網专專])(?:\d{1,2}月)?(?:\d{1,2}日)?"
    r"(?:综合|綜合|专|專)?[讯訊电電][】）)]\s*"
)
_BY = re.compile(r"(?:by|von|par|por|av|af|door)\s", re.IGNORECASE)
_INITIALS = re.compile(r"(?:\w\.)+")
_ENDING = re.compile(r"[\s.,:;—–-]+$")
_LONGEST: Final = 60  # characters of a dateline


#: States and provinces as datelines shorten them (AP Stylebook), and the postal codes of those often seen.
_STATE = re.compile(
    r"(?:Ala|Ariz|Ark|Calif|Colo|Conn|Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Md|Mass|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa"
    r"|Tenn|Vt|Va|Wash|W\.Va|Wis|Wyo|[NS]\.[DCHJMYSB]|R\.I|D\.C|B\.C|Ont|Que|Alta|Sask|Man|U\.K|U\.S|U\.A\.E)\.?"
    r"|NY|NJ|CA|TX|FL|IL|PA|OH|MA|WA|DC|Alaska|Hawaii|Idaho|Iowa|Maine|Ohio|Texas|Utah"
)


class Dateline(NamedTuple):
    """A dateline at the start of a paragraph."""

    place: str  # as a reader would write it: `Niamey, Niger`
    length: int  # of the whole prefix in characters, dash included


def is_place(line: str) -> bool:
    """Tell whether a line is the name of a known place and nothing else (`Niamey`, `PARIS, France`, `Kigali/Goma`)."""
    text = _ENDING.sub("", line)
    if not text or len(text) > _LONGEST or not text[0].isupper():
        return False
    places = re.split(r"\s*/\s*", text)
    return all(_known(place) and _written_as_name(place) for place in places)


def place_of(line: str) -> str:
    """Write the place of a lone dateline as a reader would."""
    return _readable(_ENDING.sub("", line))


def split_dateline(paragraph: str) -> Dateline | None:
    """Find a dateline at the start of a paragraph.

    The form with a news agency in brackets is unmistakable. Without one the place must be known, and before a colon it
    must stand in capitals, since `Paris: …` may open any sentence.
    """
    match = _XINHUA.match(paragraph)
    if match:
        return Dateline(match["place"], match.end())
    match = _BRACKETED.match(paragraph)
    if match:
        return Dateline(match["place"], match.end())
    match = _WITH_AGENCY.match(paragraph[: 2 * _LONGEST])
    if match and len(match["place"]) <= _LONGEST and match["place"][0].isupper():
        return Dateline(_readable(match["place"]), match.end())
    head = paragraph[: 2 * _LONGEST]
    match = _WITH_SOURCE.match(head)
    if match is None:
        match = _WITHOUT.match(head)
        if match is None or not _plain_form(match, paragraph[match.end()]):
            return None
    if len(match["place"]) > _LONGEST or not is_place(match["place"]):
        return None
    return Dateline(_readable(match["place"]), match.end())


def _plain_form(match: re.Match[str], after: str) -> bool:
    """Tell a dateline without a source from a sentence that opens with a place: capitals, or a city and a new start."""
    name = match["place"].split(",", 1)[0]
    if name.isupper():
        return True
    return not match["dash"].startswith(":") and not after.islower() and _key(name) not in _countries()


def _written_as_name(text: str) -> bool:
    return all(word[0].isupper() or len(word) <= 3 for word in re.findall(r"[^\W\d_]+", text))


def _readable(place: str) -> str:
    """Undo capitals: `NIAMEY, Niger` → `Niamey, Niger`; abbreviations (`UN`, `N.Y.`) stay."""
    if place.endswith(".") and _key(place[:-1]) in _places():
        place = place[:-1]
    return "".join(_spelled(part) for part in re.split(r"([,/]\s*)", place))


def _spelled(name: str) -> str:
    if not name.isupper() or len(name) < 4 or _INITIALS.fullmatch(name):
        return name
    return _places().get(_key(name)) or " ".join(word.capitalize() for word in name.split(" "))


def _known(place: str) -> bool:
    """Tell a place by its name, or by the state or country behind it (`Dekalb, Ill.`)."""
    name, _, region = place.partition(",")
    if _key(name) in _places() or not region or _BY.match(name):
        return _key(name) in _places()
    single = name.isupper() or len(name.split()) == 1  # two words may be a person: `Jane Roe, Niger`
    return _STATE.fullmatch(region.strip()) is not None or (single and _key(region) in _places())


def _key(name: str) -> str:
    return " ".join(name.replace("’", "'").split()).casefold()


@cache
def _places() -> dict[str, str]:
    """Load the cities of `places.txt` and the countries of pycountry, by folded name."""
    lines = Path(__file__).with_name("places.txt").read_text(encoding="utf-8").splitlines()
    return {_key(name): name for name in (*_countries().values(), *lines) if name and not name.startswith("#")}


@cache
def _countries() -> dict[str, str]:
    names = [getattr(country, key, "") for country in pycountry.countries for key in ("name", "common_name")]
    return {_key(name): name for name in names if name}
