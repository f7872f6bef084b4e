"""Bytes of any encoding become text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.article.decode import decode, fold

TEXT = "Łódź, Zürich und Besançon – „drei Städte“"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_needs_no_declaration(encoding):
    assert decode(TEXT.encode(encoding)) == TEXT


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "Der Bürgermeister grüßt – „natürlich“, sagt er, und geht über die Brücke."),
        ("cp1251", "Совет города одобрил новый мост через реку после долгих споров о цене и сроках работ."),
        ("cp1253", "Το συμβούλιο της πόλης ενέκρινε τη νέα γέφυρα ύστερα από μακρά συζήτηση για το κόστος."),
        ("iso8859-2", "Rada města schválila nový most přes řeku po dlouhých sporech o ceně a termínech prací."),
        ("gb18030", "市议会经过长时间讨论之后批准了新的跨河大桥，工程将于明年春天开始，预计两年内完成。"),
        ("shift_jis", "市議会は長い議論の末、川に架かる新しい橋を承認した。工事は来年の春に始まる。"),
    ],
)
def test_a_declared_encoding_is_believed(encoding, text):
    page = f'<html><head><meta charset="{encoding}"></head><body><p>{text}</p></body></html>'.encode(encoding)
    assert text in decode(page, markup=True)
    assert text in decode(text.encode(encoding), f"text/plain; charset={encoding}")


def test_windows_1252_is_recognised_undeclared():
    text = "Das älteste Café der Stadt öffnet am Dienstag wieder seine Türen. „Endlich“, sagt die Wirtin Käthe Groß."
    assert decode(text.encode("cp1252")) == text


def test_valid_utf8_wins_over_a_lying_header():
    assert decode("Féed".encode(), "text/html; charset=iso-8859-1") == "Féed"


def test_the_pages_word_wins_over_a_latin1_header():
    page = '<meta charset="windows-1251"><p>Новости</p>'.encode("cp1251")
    assert "Новости" in decode(page, "text/html; charset=ISO-8859-1", markup=True)


@pytest.mark.parametrize("label", ["x-no-such-thing", "utf8mb4", "", "€", "none"])
def test_a_bogus_label_does_no_harm(label):
    assert "Zürich" in decode("Ein Tag in Zürich".encode(), f"text/html; charset={label}")


def test_a_few_broken_bytes_do_not_change_the_encoding():
    data = ("Ein schöner Tag für Käufer. " * 20).encode()
    assert decode(data[:100] + b"\xff" + data[100:]).count("ö") == 20


def test_line_ends_become_one_kind_and_controls_go():
    assert decode(b"a\r\nb\rc\x0cd\x00\x01\x08e\x7f\tf") == "a\nb\nc\nde\tf"
    assert decode("a\u2028b\u0085c".encode()) == "a\nb\nc"


def test_fold_makes_one_clean_line():
    assert fold(" e\u0301te\u0301\xa0\n \x00de\u00adx\u200b ") == "été dex"


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_become_text_without_controls(data, markup):
    text = decode(data, "text/html; charset=utf-7", markup=markup)
    assert not any(ord(character) < 32 and character not in "\n\t" for character in text)
    text.encode("utf-8")
