"""Bytes of any encoding become text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.article.decode import clean_controls, decode, fold

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


SENTENCES = [
    ("utf-16-le", "Łódź, Zürich und Besançon."),
    ("utf-16-le", "Совет города одобрил новый мост через реку."),
    ("utf-16-be", "Совет города одобрил новый мост через реку."),
    ("utf-16-le", "市议会经过长时间讨论之后批准了新的跨河大桥。"),
    ("utf-16-be", "The council of Marlow has approved the bridge."),
    ("utf-32-le", "The council of Marlow has approved the bridge."),
    ("utf-32-be", "Совет города одобрил новый мост через реку."),
    ("cp1250", "Rada města schválila nový most přes řeku po dlouhých sporech o ceně a termínech prací."),
    ("cp1250", "Rada miasta zatwierdziła nowy most po długich sporach o cenę. Śnieg spadł, a żółte światła zgasły."),
    ("cp1250", "A városi tanács hosszú vita után jóváhagyta az új hidat a folyón. Őszi munkák kezdődnek."),
    ("iso8859_2", "Rada miasta zatwierdziła nowy most po długich sporach o cenę. Śnieg spadł, a żółte światła zgasły."),
    ("cp1251", "Совет города одобрил новый мост через реку после долгих споров о цене и сроках работ."),
    ("cp1251", "Радата на града одобри новия мост над реката след дълги спорове за цената и сроковете."),
    ("koi8_r", "Совет города одобрил новый мост через реку после долгих споров о цене и сроках работ."),
    ("iso8859_5", "Совет города одобрил новый мост через реку после долгих споров о цене и сроках работ."),
    ("cp1252", "Le conseil a approuvé le nouveau pont après de longs débats ; l’été s’achève à Besançon."),
    ("cp1252", "El año que viene empezará la construcción del puente, según el señor Ibáñez."),
    ("cp1252", "Rådet har godkänt den nya bron över ån efter långa överläggningar om pris och tider."),
    ("cp1253", "Το συμβούλιο της πόλης ενέκρινε τη νέα γέφυρα ύστερα από μακρά συζήτηση για το κόστος."),
    ("cp1254", "Belediye meclisi uzun tartışmalardan sonra nehrin üzerindeki yeni köprüyü onayladı, dedi başkan."),
    ("cp1255", "מועצת העיר אישרה את הגשר החדש מעל הנהר לאחר ויכוחים ארוכים על המחיר ועל לוח הזמנים."),
    ("cp1256", "وافق مجلس المدينة على الجسر الجديد فوق النهر بعد نقاش طويل حول الكلفة ومواعيد العمل."),
    ("cp1257", "Miesto taryba po ilgų ginčų dėl kainos ir terminų patvirtino naują tiltą per upę."),
    ("gb18030", "市议会经过长时间讨论之后批准了新的跨河大桥，工程将于明年春天开始，预计两年内完成。"),
    ("big5", "市議會經過長時間討論之後批准了新的跨河大橋，工程將於明年春天開始，預計兩年內完成。"),
    ("shift_jis", "市議会は長い議論の末、川に架かる新しい橋を承認した。工事は来年の春に始まる。"),
    ("euc_jp", "市議会は長い議論の末、川に架かる新しい橋を承認した。工事は来年の春に始まる。"),
    ("iso2022_jp", "市議会は長い議論の末、川に架かる新しい橋を承認した。工事は来年の春に始まる。"),
    ("euc_kr", "시의회는 오랜 논의 끝에 강을 가로지르는 새 다리를 승인했다. 공사는 내년 봄에 시작된다."),
]


@pytest.mark.parametrize(("encoding", "text"), SENTENCES)
def test_undeclared_encodings_are_recognised(encoding, text):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["GÃ¼nther grÃ¼ÃŸt", "â€œquotedâ€\u009d", "Ð¡Ð¾Ð²ÐµÑ‚"])
def test_mojibake_is_left_alone(text):
    assert decode(text.encode()) == text


@given(st.text(max_size=200))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)
    assert clean_controls(clean_controls(text)) == clean_controls(text)


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
