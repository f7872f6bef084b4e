"""Lines that name a fact, as texts carry them above their first paragraph: `Title: …`, `Date: …`, `Author: …`."""

import re
from typing import Final

_WORDS: Final = {
    "title": "title headline subject head titel überschrift betreff schlagzeile titre título titolo"
    " titulek tytuł rubrik"
    " otsikko cím başlık заголовок тема العنوان 标题 標題 题目 タイトル 見出し 제목",
    "author": "author authors by byline by-line writer from reporter autor autorin autoren autores"
    " auteur auteurs autore"
    " verfasser von par por di författare forfatter yazar автор авторы الكاتب 作者 記者 记者 著者 기자",
    "published": "date published posted pubdate released datum veröffentlicht fecha data publicado publié tarih дата"
    " опубликовано التاريخ 日期 发布时间 發布時間 日付 날짜",
    "modified": "updated modified last-modified aktualisiert actualizado actualisé обновлено 更新时间 更新",
    "section": "section category desk ressort rubrique sección sezione kategorie раздел рубрика 栏目 分类",
    "tags": "tags tag keywords topics schlagwörter schlagworte stichworte mots-clés etiquetas ключевые 标签 关键词",
    "description": "description summary abstract standfirst subtitle subhead deck dek excerpt teaser"
    " untertitel vorspann"
    " chapô resumen sommario описание 摘要",
    "language": "language lang sprache langue idioma lingua язык 语言",
    "url": "url link permalink canonical address web",
    "source": "source publisher publication newspaper site quelle fuente fonte источник 来源 來源",
    "other": "to cc reply-to message-id content-type mime-version slug id copyright words length"
    " location place byline-title"
    " dateline embargo contact phone email section-id edition page layout draft image status version type format",
}
_PHRASES: Final = {
    "publication date": "published",
    "date published": "published",
    "published on": "published",
    "pub date": "published",
    "published at": "published",
    "last updated": "modified",
    "last modified": "modified",
    "date modified": "modified",
    "written by": "author",
    "word count": "other",
}
_KEYS: Final = {word: key for key, words in _WORDS.items() for word in words.split()} | _PHRASES
_LINE = re.compile(r"\*{0,2}(?P<key>[^\W\d_][\w -]{0,19}?)\s?\*{0,2}[:：]\*{0,2}\s*(?P<value>.*)")
_FENCE = re.compile(r"-{3,}|\+{3,}")
_STRONG: Final = frozenset({"title"})
_LONGEST: Final = 400  # characters of such a line
_MOST: Final = 20  # lines of such a head


def header_line(line: str) -> tuple[str, str] | None:
    """Split a line into the fact that its first words name and its value; None when they name none that is known.

    The facts: title, author, published, modified, section, tags, description, language, url, source, other.
    """
    match = _LINE.fullmatch(line.strip()) if len(line) <= _LONGEST else None
    key = _KEYS.get(" ".join(match["key"].split()).casefold()) if match else None
    return None if match is None or key is None else (key, match["value"].strip().strip("\"'"))


def read_header(lines: list[str]) -> tuple[dict[str, list[str]], int]:
    """Read the block of such lines at the top, and say how many lines it takes; 0 when there is none.

    Two different facts make a block, or a title alone; a fence of `---` around it (front matter) is taken along.
    """
    facts: dict[str, list[str]] = {}
    fenced = bool(lines) and _FENCE.fullmatch(lines[0]) is not None
    count = int(fenced)
    for line in lines[count:_MOST]:
        found = header_line(line)
        if found is None:
            break
        facts.setdefault(found[0], []).append(found[1])
        count += 1
    named = set(facts) - {"other"}
    if not (len(named) >= 2 or named & _STRONG):
        return {}, 0
    if count < len(lines) and _FENCE.fullmatch(lines[count]):
        count += 1
    elif fenced:
        return {}, 0
    return facts, count
