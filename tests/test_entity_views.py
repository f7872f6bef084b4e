"""The views and macros over names and words: they count right, answer alike on both ways of reading, and never fail."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import lake_rows
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lake import query
from lake.commit import commit
from lake.run import begin
from lake.snapshot import live_files
from lake.store import Store, open_store
from lake.writer import TableWriter
from schemas.settings import LakeSettings
from transforms.article.countries import by_code

SQL = Path(query.__file__).parent / "sql"
LAST = lake_rows.DAY
Ask = Callable[..., list[tuple[Any, ...]]]

#: Names by what the tests write for them: canonical name, label, country.
NAMED = {
    "Niger": ("Niger", "GPE", "NE"),
    "Niamey": ("Niamey", "GPE", "NE"),
    "Boston": ("Boston", "GPE", "US"),
    "UK": ("United Kingdom", "GPE", "GB"),
    "Sahel": ("Sahel", "LOC", None),
    "Bazoum": ("Mohamed Bazoum", "PERSON", None),
    "Acme; Co": ("Acme; Co", "ORG", None),
    "Monday": ("Monday", "DATE", None),
}


def made(number: int, day: date, text: str, **other: Any) -> dict[str, Any]:
    """Make the row of an article."""
    at = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    return lake_rows.article(number, "", text) | {"published_at": at, "fetched_at": at} | other


def named_in(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Make the mentions of an article: every place of a name of NAMED."""
    kept = {name: row[name] for name in ("article_id", "revision_id", "source", "published_at")}
    return [
        {**kept, "entity": entity, "label": label, "country": country, "text": surface}
        | {"start": found.start(), "end": found.end(), "paragraph": 0}
        | ({"latitude": 42.35843, "longitude": -71.05977} if surface == "Boston" else {})
        for surface, (entity, label, country) in NAMED.items()
        for found in re.finditer(re.escape(surface), row["text"])
    ]


def lake_of(folder: Path, articles: list[tuple[date, dict[str, Any]]]) -> Store:
    """Make a lake of some articles, with their mentions."""
    settings = LakeSettings(uri=str(folder / "news"))
    store = open_store(settings)
    with begin(settings) as run:
        writer = TableWriter(store, run.run_id)
        written = []
        for day, row in articles:
            written += writer.add("articles", day, row | {"run_id": run.run_id})
            for mention in named_in(row):
                written += writer.add("mentions", day, mention | {"run_id": run.run_id})
            written += writer.add("outcomes", day, lake_rows.outcome(row | {"run_id": run.run_id}))
        commit(store, run.run_id, written + writer.flush(), 0)
    return store


def over_datasets(store: Store) -> duckdb.DuckDBPyConnection:
    """Connect as it is done on S3 without DuckDB's httpfs."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for table, paths in live_files(store).items():
        (query._dataset(connection, table, store, paths) if paths else query._empty(connection, table))
    query._log(connection, store, native=False)
    for script in sorted(SQL.iterdir()):
        connection.execute(script.read_text(encoding="utf-8"))
    return connection


CONNECT = {"files": query.connect, "datasets": over_datasets}
ARTICLES = [
    (LAST, made(0, LAST, "Niger and the UK spoke on Monday.\nBazoum left Niamey; Niger stayed.", source="wire")),
    (LAST, made(1, LAST, "Niger, again Niger: the Sahel’s élan.", source="daily", title="ÉLAN & <more>")),
    (
        LAST,
        made(2, LAST, "Boston 100% of_it said “Acme; Co”. nigerians, not NIGERIA", source="daily", url="", domain=""),
    ),
    (LAST - timedelta(1), made(3, LAST, "UK and Niger. 中国的经济增长 😀 العربية أخبار", source="wire")),
    (LAST - timedelta(2), made(4, LAST, "Mali mali MALI, mali-Mali Malian côte d’Ivoire", source="wire", title=None)),
]


@pytest.fixture(scope="module", params=sorted(CONNECT))
def ask(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask a lake of five articles."""
    store = lake_of(tmp_path_factory.mktemp("lake"), [*ARTICLES, revised(ARTICLES[4])])
    connection = CONNECT[request.param](store)
    return lambda sql, *values: connection.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def ask_files(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Ask the same lake through DuckDB's own reader."""
    connection = query.connect(lake_of(tmp_path_factory.mktemp("files"), ARTICLES))
    return lambda sql, *values: connection.execute(sql, values).fetchall()


def revised(stored: tuple[date, dict[str, Any]]) -> tuple[date, dict[str, Any]]:
    """Make an older revision of an article, which must count nowhere."""
    day, row = stored
    older = {"revision_id": "0" * 32, "raw_hash": "older", "fetched_at": row["fetched_at"] - timedelta(1)}
    return day, row | older | {"text": "Niger Niger UK Bazoum elan"}


# ---- names ----------------------------------------------------------------------------------------------------------


def test_entity_daily_counts_articles_and_mentions(ask: Ask) -> None:
    found = ask("SELECT date, entity, label, country, articles, mentions FROM entity_daily WHERE entity = 'Niger'")
    assert sorted(found) == [(LAST - timedelta(1), "Niger", "GPE", "NE", 1, 1), (LAST, "Niger", "GPE", "NE", 2, 4)]


def test_top_entities_by_articles_without_dates(ask: Ask) -> None:
    found = ask("FROM top_entities()")
    assert found[:2] == [("Niger", "GPE", "NE", 3, 5), ("United Kingdom", "GPE", "GB", 2, 2)]
    assert "Monday" not in {row[0] for row in found}


@pytest.mark.parametrize(
    ("call", "names"),
    [
        ("top_entities(n := 1)", ["Niger"]),
        ("top_entities('2026-11-22', DATE '2026-11-22')", ["Niger", "United Kingdom"]),
        ("top_entities(NULL, '2026-11-21')", []),
        ("top_entities(n := 0)", []),
        ("top_entities(n := -1)", []),
        ("top_entities('2026-11-24')", []),
    ],
)
def test_top_entities_are_bounded(ask: Ask, call: str, names: list[str]) -> None:
    assert [row[0] for row in ask(f"FROM {call}")] == names


def test_cooccurrence_counts_pairs_of_one_article(ask: Ask) -> None:
    assert ask("FROM cooccurrence(n := 1)") == [("Niger", "GPE", "United Kingdom", "GPE", 2, 3, 2, 2 / 3)]
    assert len(ask("FROM cooccurrence()")) == 8
    assert ask("FROM cooccurrence('2026-11-22', '2026-11-22')") == [
        ("Niger", "GPE", "United Kingdom", "GPE", 1, 1, 1, 1.0)
    ]


def test_trending_follows_its_formula(tmp_path: Path) -> None:
    days = [LAST - timedelta(back) for back in range(4)]
    texts = {days[0]: ["Niger"] * 4 + ["UK"], days[1]: ["Niger", "UK"], days[2]: ["UK", "UK"], days[3]: ["-"]}
    rows = [
        (day, made(number + 10 * days.index(day), day, text))
        for day, said in texts.items()
        for number, text in enumerate(said)
    ]
    found = query.connect(lake_of(tmp_path, rows)).execute("FROM trending(n := 5)").fetchall()
    # Niger: 1 of 5 past articles, by days 1/2, 0/2, 0/1; five articles on the day.
    square = (2 * 0.5**2) / 5 - 0.2**2
    deviation = 5 * square**0.5
    ((name, *_, articles, expected, spread, score),) = found
    assert (name, articles, expected) == ("Niger", 4, 1.0)
    assert spread == pytest.approx(deviation)
    assert score == pytest.approx(3 / (deviation**2 + 1) ** 0.5)


def test_trending_on_a_first_day_and_on_an_empty_one(ask: Ask) -> None:
    found = ask("FROM trending('2026-11-22')")
    assert [(row[0], row[3], row[4], row[6]) for row in found] == [
        ("Niger", 1, 0.0, 1.0),
        ("United Kingdom", 1, 0.0, 1.0),
    ]
    assert ask("FROM trending('2020-01-01')") == []


# ---- words ----------------------------------------------------------------------------------------------------------

SEARCHES = [
    ("niger", {0, 1, 3}),
    ("NIGER uk", {0, 3}),
    ('"niger and"', {0}),
    ('"and niger"', {3}),
    ("niger -uk", {1}),
    ("-niger", {2, 4}),
    ('-niger -"100 of"', {4}),
    ("elan", {1}),
    ("Élan", {1}),
    ("e\u0301lan", {1}),
    ("mali", {4}),
    ("malia", set()),
    ("ivoire", {4}),
    ("cote d'ivoire", {4}),
    ('"COTE D’IVOIRE', {4}),
    ("“uk spoke” niger", {0}),
    ("中国", {3}),
    ("经济增长", {3}),
    ("中國", set()),
    ("أخبار", {3}),
    ("اخبار", {3}),
    ("title", {0, 2, 3}),
    ("niger and the uk spoke on", {0}),
    ("niger and the uk spoke off", set()),
    ("niger again the sahel elan more", {1}),
    ('"more niger"', set()),
    ("", set()),
    ("   ", set()),
    ('""', set()),
    ("-", set()),
    ('-""', set()),
    ("%", set()),
    ("_", set()),
    ("100%", {2}),
    ("of_it", {2}),
    ("n%r", set()),
    ("n.ger", set()),
    (".*", set()),
    ("(niger", {0, 1, 3}),
    ("[niger]+ \\", {0, 1, 3}),
    ("niger'; DROP TABLE x; --", set()),
    ("niger's", set()),
    ('niger "', {0, 1, 3}),
    ("😀", set()),
    ("niger 😀", {0, 1, 3}),
    ("\x00", set()),
    ("niger\x00", {0, 1, 3}),
    ("\\1 $1 \\pL", set()),
    ("x" * 100_000, set()),
    ("niger " * 2_000, {0, 1, 3}),
    ("-" + "x" * 5_000 + " niger", {0, 1, 3}),
    (" ".join(f"w{n}" for n in range(40)), set()),
    (" ".join(f"-w{n}" for n in range(40)) + " niger", {0, 1, 3}),
]

HOSTILE = [row for row in SEARCHES if not re.fullmatch("[-a-z ]{1,40}", row[0])]


def numbers(found: list[tuple[Any, ...]]) -> set[int]:
    ids = {lake_rows.digest("article", number): number for number in range(20)}
    return {ids[row[0]] for row in found}


def quoted(text: str) -> str:
    """Write SQL for a string, as somebody types it."""
    return " || chr(0) || ".join("'" + part.replace("'", "''") + "'" for part in text.split("\0"))


@pytest.mark.parametrize(("said", "wanted"), SEARCHES, ids=[repr(said)[:40] for said, _ in SEARCHES])
def test_search(ask_files: Ask, said: str, wanted: set[int]) -> None:
    assert numbers(ask_files(f"SELECT article_id FROM search({quoted(said)})")) == wanted


@pytest.mark.parametrize(("said", "wanted"), HOSTILE, ids=[repr(said)[:40] for said, _ in HOSTILE])
def test_no_string_makes_attention_and_kwic_fail(ask_files: Ask, said: str, wanted: set[int]) -> None:
    found = ask_files(f"FROM attention({quoted(said)})")
    assert (sum(row[2] for row in found), sum(row[3] for row in found)) == (len(wanted), 5)
    ask_files(f"FROM kwic({quoted(said)})")


@pytest.mark.parametrize("said", ["niger -uk", "-niger", "elan", "中国", "“uk spoke” niger"])
def test_search_over_datasets(ask: Ask, said: str) -> None:
    assert numbers(ask(f"SELECT article_id FROM search({quoted(said)})")) == dict(SEARCHES)[said]


def test_search_stops_after_the_newest(ask: Ask) -> None:
    assert [row[1] for row in ask("FROM search('niger', n := 1)")] == [LAST]
    assert len(ask("FROM search('niger', NULL, NULL, NULL)")) == 3
    assert ask("FROM search('niger', n := 0)") == []


def test_null_finds_nothing(ask: Ask) -> None:
    assert ask("FROM search(NULL)") == []
    assert ask("FROM kwic(NULL)") == []


def test_search_takes_a_value_of_a_prepared_query(ask: Ask) -> None:
    assert numbers(ask("SELECT article_id FROM search(?)", "niger -uk")) == {1}


def test_search_is_newest_first_and_counts_hits(ask: Ask) -> None:
    found = ask("SELECT article_id, date, hits FROM search('niger')")
    assert [row[1] for row in found] == [LAST, LAST, LAST - timedelta(1)]
    assert sorted(row[2] for row in found) == [1, 2, 2]
    assert ask("SELECT hits FROM search('mali')") == [(5,)]
    assert ask("SELECT hits FROM search('mali ivoire -x')") == [(6,)]
    assert ask("SELECT hits FROM search('-niger', '2026-11-23')") == [(0,)]
    assert ask("SELECT count(*) FROM search('niger', to_day := '2026-11-22')") == [(1,)]


def test_attention_by_day_and_source(ask: Ask) -> None:
    assert ask("FROM attention('niger', '2026-11-22')") == [
        (LAST - timedelta(1), "wire", 1, 1, 1.0),
        (LAST, "daily", 1, 2, 0.5),
        (LAST, "wire", 1, 1, 1.0),
    ]


def test_kwic_shows_every_occurrence(ask: Ask) -> None:
    found = ask('SELECT "left", keyword, "right", start FROM kwic(\'mali\', width := 6)')
    assert found == [
        ("", "Mali", " mali ", 0),
        ("Mali ", "mali", " MALI,", 5),
        (" mali ", "MALI", ", mali", 10),
        ("MALI, ", "mali", "-Mali ", 16),
        (" mali-", "Mali", " Malia", 21),
    ]


@pytest.mark.parametrize(
    ("term", "keyword", "article"),
    [
        ("cote D'ivoire", "côte d’Ivoire", 4),
        ("spoke on monday bazoum", "spoke on Monday.\nBazoum", 0),
        ("经济", "经济", 3),
        ("اخبار", "أخبار", 3),
        ("ELAN", "élan", 1),
    ],
)
def test_kwic_keeps_the_words_of_the_text(ask: Ask, term: str, keyword: str, article: int) -> None:
    ((*_, left, found, right, start),) = ask(f"FROM kwic({quoted(term)})")
    text = ARTICLES[article][1]["text"]
    assert found == keyword
    assert text[start : start + len(found)] == keyword
    assert (left + found + right).replace("\n", " ") in text.replace("\n", " ")


# ---- against a plain reading ----------------------------------------------------------------------------------------

LETTERS = "aAeéÉE\u0301ñ1 -_%'’.\"\n中国اأßøéй\t“"
texts = st.text(alphabet=LETTERS, max_size=12)


def folded(text: str) -> str:
    bare = "".join(
        char for char in unicodedata.normalize("NFD", text) if not unicodedata.category(char).startswith("M")
    )
    return unicodedata.normalize("NFC", bare).lower()


def words(text: str) -> list[str]:
    parted = "".join(char if unicodedata.category(char)[0] in "LN" else " " for char in folded(text))
    return parted.split()


def has(text: str, term: list[str]) -> bool:
    there, wanted = " ".join(words(text)), " ".join(term)
    return wanted in there if re.search("[中国]", wanted) else f" {wanted} " in f" {there} "


def plainly(title: str, text: str, said: str) -> bool:
    """Tell whether an article answers a query, without any expression over the article."""
    tokens = re.findall(r'-?"[^"]*"?|[^\s"]+', said.replace("“", '"'), re.ASCII)
    terms = [(token.startswith("-"), words(token)) for token in tokens if words(token)]
    return bool(terms) and all((has(title, term) or has(text, term)) != unwanted for unwanted, term in terms)


@pytest.fixture(scope="module")
def bare() -> duckdb.DuckDBPyConnection:
    """Give a connection with the macros alone."""
    script = (SQL / "views_words.sql").read_text(encoding="utf-8")
    connection = duckdb.connect()
    connection.execute(script[: script.index("-- Articles that answer")])
    return connection


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=20), texts)
def test_answers_as_a_plain_reading_does(
    bare: duckdb.DuckDBPyConnection, articles: list[tuple[str, str]], said: str
) -> None:
    titles, bodies = zip(*articles, strict=True)
    rows = "SELECT unnest($1::TEXT[]) AS title, unnest($2::TEXT[]) AS body"
    sql = f"SELECT answers(title, body, {quoted(said)}) FROM ({rows})"
    found = [row[0] for row in bare.execute(sql, [list(titles), list(bodies)]).fetchall()]
    assert found == [plainly(title, body, said) for title, body in articles]


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=20))
def test_any_string_is_a_query(bare: duckdb.DuckDBPyConnection, said: str) -> None:
    assert bare.execute("SELECT answers('a', 'b', ?) IN (true, false)", [said]).fetchall() == [(True,)]


def test_the_accented_letters_are_those_of_duckdb(bare: duckdb.DuckDBPyConnection) -> None:
    """A letter that DuckDB takes an accent from is found by what is left of it, but for CJK compatibility forms."""
    changed = """
        SELECT letter, lower(strip_accents(letter)) AS left_over
        FROM (SELECT chr(unnest(range(128, 55296) || range(57344, 63744) || range(64256, 131072))::INTEGER) AS letter)
        WHERE regexp_matches(letter, '[\\pL\\pN]') AND length(left_over) = 1
            AND left_over NOT IN (letter, CASE WHEN letter <> 'İ' THEN lower(letter) ELSE '' END)
    """
    ((count,),) = bare.execute(f"SELECT count(*) FROM ({changed})").fetchall()
    assert count > 900
    assert (
        bare.execute(f"SELECT letter FROM ({changed}) WHERE NOT contains(accented(left_over), letter)").fetchall() == []
    )


# ---- GDELT ----------------------------------------------------------------------------------------------------------

COLUMNS = [
    "GKGRECORDID",
    "V2.1DATE",
    "V2SOURCECOLLECTIONIDENTIFIER",
    "V2SOURCECOMMONNAME",
    "V2DOCUMENTIDENTIFIER",
    "V1COUNTS",
    "V2.1COUNTS",
    "V1THEMES",
    "V2ENHANCEDTHEMES",
    "V1LOCATIONS",
    "V2ENHANCEDLOCATIONS",
    "V1PERSONS",
    "V2ENHANCEDPERSONS",
    "V1ORGANIZATIONS",
    "V2ENHANCEDORGANIZATIONS",
    "V1.5TONE",
    "V2.1ENHANCEDDATES",
    "V2GCAM",
    "V2.1SHARINGIMAGE",
    "V2.1RELATEDIMAGES",
    "V2.1SOCIALIMAGEEMBEDS",
    "V2.1SOCIALVIDEOEMBEDS",
    "V2.1QUOTATIONS",
    "V2.1ALLNAMES",
    "V2.1AMOUNTS",
    "V2.1TRANSLATIONINFO",
    "V2EXTRASXML",
]


def records(ask: Ask, source: str = "gkg") -> dict[int, dict[str, str]]:
    names = [row[0] for row in ask(f"DESCRIBE FROM {source}")]
    found = [dict(zip(names, row, strict=True)) for row in ask(f"FROM {source}")]
    ids = {lake_rows.digest("article", number): number for number in range(5)}
    return {ids[record["GKGRECORDID"].partition("-")[2]]: record for record in found}


def test_gkg_has_the_columns_of_gdelt(ask: Ask) -> None:
    assert [row[0] for row in ask("DESCRIBE FROM gkg")] == COLUMNS
    assert len(COLUMNS) == 27


def test_gkg_places_carry_fips_codes_and_offsets(ask: Ask) -> None:
    record = records(ask)[0]
    niger, uk, niamey = "1#Niger#NG#NG###NG", "1#United Kingdom#UK#UK###UK", "4#Niamey#NG####"
    assert record["V1LOCATIONS"] == f"{niger};{uk};{niamey}"
    long = ["1#Niger#NG#NG####NG#0", "1#United Kingdom#UK#UK####UK#14", "4#Niamey#NG######46", "1#Niger#NG#NG####NG#54"]
    assert record["V2ENHANCEDLOCATIONS"] == ";".join(long)
    text = ARTICLES[0][1]["text"]
    for block in long:
        assert text[int(block.rsplit("#", 1)[1]) :].startswith(("Niger", "UK", "Niamey"))
    assert records(ask)[2]["V1LOCATIONS"] == "3#Boston#US##42.35843#-71.05977#"


def test_gkg_names_carry_offsets(ask: Ask) -> None:
    record = records(ask)[0]
    assert (record["V1PERSONS"], record["V2ENHANCEDPERSONS"]) == ("Mohamed Bazoum", "Mohamed Bazoum,34")
    assert record["V2.1ALLNAMES"] == "Niger,0;United Kingdom,14;Mohamed Bazoum,34;Niamey,46;Niger,54"


def test_gkg_names_do_not_break_its_fields(ask: Ask) -> None:
    record = records(ask)[2]
    assert record["V1ORGANIZATIONS"] == "Acme  Co"
    assert records(ask)[1]["V2EXTRASXML"].endswith("<PAGE_TITLE>ÉLAN &amp; &lt;more&gt;</PAGE_TITLE>")
    assert not [value for value in record.values() if re.search(r"[\t\n\r]", value)]


def test_gkg_says_where_it_is_from(ask: Ask) -> None:
    with_page, without = records(ask)[0], records(ask)[2]
    assert with_page["GKGRECORDID"] == f"20261123060000-{lake_rows.digest('article', 0)}"
    assert (with_page["V2.1DATE"], with_page["V2SOURCECOLLECTIONIDENTIFIER"]) == ("20261123060000", "1")
    assert (with_page["V2SOURCECOMMONNAME"], with_page["V2DOCUMENTIDENTIFIER"]) == (
        "example.org",
        "https://example.org/0",
    )
    assert (without["V2SOURCECOLLECTIONIDENTIFIER"], without["V2DOCUMENTIDENTIFIER"]) == ("2", "/seeds/2.html")
    assert without["V2SOURCECOMMONNAME"] == "daily"


def test_gkg_is_bounded_by_days_and_keeps_articles_without_names(ask: Ask) -> None:
    assert set(records(ask)) == {0, 1, 2, 3, 4}
    assert set(records(ask, "gkg('2026-11-22', '2026-11-22')")) == {3}
    assert records(ask)[4]["V2.1ALLNAMES"] == ""


def test_fips_countries_are_ours_by_name() -> None:
    connection = duckdb.connect()
    connection.execute((SQL / "views_fips.sql").read_text(encoding="utf-8"))
    found = connection.execute("SELECT iso, fips, name FROM fips_countries").fetchall()
    assert len(found) == len({row[0] for row in found}) == len({row[1] for row in found}) == 247
    assert [row for row in found if by_code(row[0]).name != row[2] or not re.fullmatch("[A-Z]{2}", row[1])] == []
    known = {"DE": "GM", "CH": "SZ", "CN": "CH", "GB": "UK", "NG": "NI", "NE": "NG", "RU": "RS", "RS": "RI", "UA": "UP"}
    assert {iso: fips for iso, fips, _ in found if iso in known} == known


# ---- a lake where nothing is ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        "entity_daily",
        "top_entities()",
        "cooccurrence()",
        "trending()",
        "attention('a')",
        "kwic('a')",
        "search('a')",
        "gkg",
    ],
)
def test_an_empty_lake_has_no_rows(source: str, tmp_path: Path) -> None:
    store = open_store(LakeSettings(uri=str(tmp_path / "news")))
    assert query.connect(store).execute(f"FROM {source}").fetchall() == []
