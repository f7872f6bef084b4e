"""The language of a document: right where there is text, silent where there is none, and nothing fetched."""

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.article import language
from transforms.article.language import detect_language

SENTENCES = {
    "en": "The finance ministry said on Tuesday that the talks would go on next week.",
    "fr": "Le ministère des Finances a annoncé mardi que les discussions se poursuivraient la semaine prochaine.",
    "de": "Das Finanzministerium teilte am Dienstag mit, dass die Gespräche nächste Woche fortgesetzt werden.",
    "es": "El ministerio de Hacienda anunció el martes que las conversaciones seguirán la próxima semana.",
    "pl": "Ministerstwo finansów poinformowało we wtorek, że rozmowy będą kontynuowane w przyszłym tygodniu.",
    "ru": "Министерство финансов сообщило во вторник, что переговоры продолжатся на следующей неделе.",
    "ar": "قالت وزارة المالية يوم الثلاثاء إن المحادثات ستستمر الأسبوع المقبل.",
    "zh": "财政部周二表示，谈判将于下周继续进行，各方都希望尽快达成协议。",
    "ja": "財務省は火曜日、協議は来週も続くと発表した。各国は早期の合意を望んでいる。",
}


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_tells_the_language(code, sentence):
    found, score = detect_language("", sentence)
    assert found == code
    assert 0.8 < score <= 1


@pytest.mark.parametrize("text", ["", "   \n ", "12:30", "1.234,56 €", "😀😀😀😀😀😀😀😀😀😀😀😀😀", "Ok.", "\x00"])
def test_says_nothing_without_text(text):
    assert detect_language("", text) == ("", 0.0)


def test_says_nothing_of_a_language_that_the_model_does_not_know():
    zulu = "Ngabona amanxeba amathathu, egxalabeni, emqaleni kanye nasemlenzeni kamufi, kusho ufakazi enkantolo."
    assert detect_language("", zulu)[0] != "en"


def test_a_language_without_a_two_letter_code_is_empty():
    cebuano = "Ang mga tawo sa lungsod miingon nga ang kagubot nahitabo kagahapon sa buntag samtang nagtigom sila."
    code, score = detect_language("", cebuano)
    assert code == ""
    assert score > 0


def test_the_title_counts():
    assert detect_language(SENTENCES["fr"], "")[0] == "fr"


SHORT = {
    "en": "Bridge closed after the flood",
    "de": "Brücke nach Hochwasser gesperrt",
    "fr": "Le pont est fermé après la crue",
    "es": "El puente está cerrado tras la riada",
    "it": "Il ponte è chiuso dopo la piena",
    "pt": "A ponte está fechada após a cheia",
    "nl": "De brug is na de overstroming gesloten voor het verkeer",
    "sv": "Bron är stängd efter översvämningen",
    "da": "Broen er lukket efter oversvømmelsen",
    "fi": "Silta on suljettu tulvan jälkeen",
    "pl": "Most jest zamknięty po powodzi",
    "cs": "Most je po povodni uzavřen",
    "hu": "A híd zárva van az árvíz után",
    "ro": "Podul este închis după inundații",
    "tr": "Köprü selden sonra kapatıldı",
    "el": "Η γέφυρα είναι κλειστή μετά την πλημμύρα",
    "ru": "Мост закрыт после наводнения",
    "uk": "Міст закритий після повені",
    "ar": "الجسر مغلق بعد الفيضان",
    "he": "הגשר סגור לאחר השיטפון",
    "fa": "پل پس از سیل بسته شد",
    "hi": "बाढ़ के बाद पुल बंद है",
    "zh": "洪水过后大桥关闭",
    "ja": "洪水のあと橋は閉鎖されている",
    "ko": "홍수 뒤에 다리가 폐쇄되었다",
    "th": "สะพานปิดหลังน้ำท่วม",
    "vi": "Cây cầu bị đóng sau trận lũ",
    "id": "Jembatan itu ditutup setelah banjir",
}


@pytest.mark.parametrize(("code", "sentence"), SHORT.items())
def test_short_texts(code, sentence):
    assert detect_language("", sentence)[0] == code
    assert detect_language("", sentence, code)[0] == code


@pytest.mark.parametrize(
    ("title", "text", "code"),
    [
        ("Breaking news", SENTENCES["de"] * 3, "de"),
        ("BREAKING NEWS", SENTENCES["ja"], "ja"),
        ("", f"“{SENTENCES['en'][:60]}” {SENTENCES['fr'] * 3}", "fr"),
        ("", f"Reuters Associated Press New York Times. {SENTENCES['ru']}", "ru"),
        ("", f"{SENTENCES['zh']} (Apple iPhone, Google Cloud)", "zh"),
        ("", f"{SENTENCES['es']} @user https://example.com/the-finance-ministry-said-on-tuesday #news", "es"),
    ],
)
def test_mixed_texts(title, text, code):
    assert detect_language(title, text)[0] == code


def test_the_declared_language_counts_only_where_the_text_says_too_little():
    assert detect_language("", "", "de") == ("de", 0.0)
    assert detect_language("", "12:30", "de") == ("de", 0.0)
    assert detect_language("", "Oslo 12, Bergen 9", "no") == ("no", 0.0)
    assert detect_language("", SENTENCES["fr"], "en")[0] == "fr"
    assert detect_language("", SHORT["ru"], "en")[0] == "ru"


def test_only_the_beginning_is_read():
    assert detect_language("", SENTENCES["en"] * 20 + SENTENCES["de"] * 500)[0] == "en"


def test_addresses_are_not_language():
    assert detect_language("", "https://example.com/the-finance-ministry-said mail@example.org") == ("", 0.0)


def test_capitals_mislead_nobody():
    assert detect_language("", SENTENCES["en"].upper())[0] == "en"


@given(st.text(st.characters(), max_size=300), st.text(st.characters(), max_size=300))
def test_takes_any_text(title, text):
    code, score = detect_language(title, text)
    assert code == "" or (len(code) == 2 and code.isascii() and code.islower())
    assert 0 <= score <= 1


def test_nothing_is_fetched_or_printed(monkeypatch, capfd):
    language._detector.cache_clear()
    monkeypatch.setattr(socket, "socket", None)
    assert detect_language("", SENTENCES["es"])[0] == "es"
    assert capfd.readouterr() == ("", "")
