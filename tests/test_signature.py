import random
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.article.signature import EVERY, read_signature, signature

ENGLISH = (
    "The harbour of Vellmar was closed on Tuesday after a crane fell across two of its three piers, the port office "
    "said. Nobody was hurt, but 1,250 containers are waiting to be unloaded, and the repair may take until the 14th."
)
TEXTS = {
    "en": ENGLISH,
    "ru": "Порт Вельмара закрыли во вторник после того, как кран упал сразу на два из трёх причалов, сообщили в "
    "управлении порта. Никто не пострадал, однако разгрузки ждут 1250 контейнеров, а ремонт продлится две недели.",
    "ar": "أُغلق ميناء فيلمار يوم الثلاثاء بعد سقوط رافعة على رصيفين من أرصفته الثلاثة، حسب ما قال مكتب الميناء. "
    "لم يصب أحد بأذى، لكن ١٢٥٠ حاوية تنتظر التفريغ وقد يستمر الإصلاح أسبوعين كاملين على الأقل.",
    "hi": "वेलमार का बंदरगाह मंगलवार को बंद कर दिया गया क्योंकि एक क्रेन उसके तीन में से दो घाटों पर गिर गई, कार्यालय ने "
    "कहा। किसी को चोट नहीं आई, लेकिन 1250 कंटेनर उतारे जाने की प्रतीक्षा में हैं और मरम्मत में दो सप्ताह लगेंगे।",
    "zh": "韦尔马港口星期二关闭，此前一台起重机倒在三个码头中的两个上面，港务局表示。没有人受伤，"
    "但是有1250个集装箱正在等待卸货，修理工作可能要持续到本月十四日。",
    "ja": "ベルマー港は火曜日、クレーンが三つの桟橋のうち二つに倒れたため閉鎖されたと港湾事務所が発表した。"
    "けが人はいないが、千二百個以上のコンテナが荷下ろしを待っており、修理は二週間かかる見通しだという。",
    "th": "ท่าเรือเวลมาร์ปิดทำการเมื่อวันอังคารหลังจากเครนล้มทับท่าเทียบเรือสองแห่งจากทั้งหมดสามแห่ง "
    "สำนักงานท่าเรือกล่าวว่าไม่มีผู้ได้รับบาดเจ็บ แต่มีตู้สินค้าจำนวนมากรอการขนถ่าย",
    "ko": "벨마르 항구는 화요일 크레인이 세 부두 가운데 두 곳 위로 쓰러진 뒤 폐쇄됐다고 항만 사무소가 밝혔다. 다친 "
    "사람은 없지만 컨테이너 1250개가 하역을 기다리고 있으며 수리는 이달 14일까지 걸릴 수 있다고 관계자는 덧붙였다.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_every_script_has_a_signature(language: str) -> None:
    sketch = read_signature(signature(TEXTS[language]))
    assert sketch is not None
    assert len(sketch.hashes) == min(sketch.shingles, 106) >= 18
    assert sketch.limit == (EVERY if sketch.shingles <= 106 else max(sketch.hashes))
    other = read_signature(signature(" ".join(TEXTS.values()).replace(TEXTS[language], "")))
    assert other is None or not set(sketch.hashes.tolist()) & set(other.hashes.tolist())


@pytest.mark.parametrize(
    "changed",
    [
        ENGLISH.upper(),
        ENGLISH.replace(" ", "\n  "),
        ENGLISH.replace(" ", "\u00a0"),
        ENGLISH.replace(",", " –").replace(".", "…").replace("1 –250", "1250"),
        ENGLISH.replace("1,250", "1.250"),
        ENGLISH.replace("1,250", "1250"),
        ENGLISH.replace("1,250", "1\u202f250"),
        ENGLISH.replace("1,250", "1’250"),
        ENGLISH.replace("1,250", "1 250"),
        ENGLISH.replace("1,250", "١٢٥٠"),
        ENGLISH.replace("harbour", "har\u00adbour").replace("crane", "cra\u200bne"),
        f"\ufeff«{ENGLISH}»",
    ],
)
def test_dress_makes_no_difference(changed: str) -> None:
    assert changed != ENGLISH
    assert signature(changed) == signature(ENGLISH)


@pytest.mark.parametrize(("upper", "lower"), [("ÄÖÜ É Ñ", "äöü é ñ"), ("İSTANBUL", "istanbul"), ("ＡＢＣ ①", "abc 1")])
def test_case_and_form_of_other_letters(upper: str, lower: str) -> None:
    assert signature(f"{ENGLISH} {upper}") == signature(f"{ENGLISH} {lower}")


@pytest.mark.parametrize("mark", ["é", "नी"])
def test_a_word_is_one_token_whether_its_marks_are_composed_or_not(mark: str) -> None:
    text = f"{ENGLISH} caf{mark} caf{mark}s"
    assert signature(unicodedata.normalize("NFD", text)) == signature(text)


@pytest.mark.parametrize(
    "text", ["", " ", "Only a few words, far too little to go by.", "…" * 500, "😀" * 500, "a b " * 99]
)
def test_too_little_has_none(text: str) -> None:
    assert signature(text) == b""
    assert read_signature(b"") is None


def test_a_changed_number_changes_it() -> None:
    assert signature(ENGLISH.replace("1,250", "1,260")) != signature(ENGLISH)


@pytest.mark.parametrize("cut", [0, 1, 3, 7])
def test_bytes_that_are_no_signature_are_none(cut: int) -> None:
    data = signature(ENGLISH)
    assert read_signature(data[:cut]) is None
    assert read_signature(bytes([99]) + data[1:]) is None
    assert read_signature(data[:-1]) is None


def test_it_is_the_same_in_every_process() -> None:
    code = (
        "import sys; from transforms.article.signature import signature; "
        "print(''.join(signature(t).hex() for t in sys.stdin.buffer.read().decode().split('\\0')))"
    )
    texts = "\0".join(TEXTS.values()).encode()
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            input=texts,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            check=True,
            stdout=subprocess.PIPE,
        ).stdout.decode()
        for seed in ("1", "2")
    }
    assert outputs == {"".join(signature(text).hex() for text in TEXTS.values()) + "\n"}


def test_the_layout_of_version_1_stays() -> None:
    """Signatures are kept for good: whoever changes what they are made of has to raise VERSION and this."""
    assert signature(ENGLISH).hex()[:48] == "010227001bf83c832700f8e168846be95ba2b9a6c9027301"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 4000), st.integers(1, 4000), st.sampled_from(["w{}", "слово{}", "{} 7", "字{}"]))
def test_the_size_is_bounded(count: int, kinds: int, form: str) -> None:
    data = signature(" ".join(form.format(at % kinds * 7919) for at in range(count)))
    sketch = read_signature(data)
    assert len(data) <= 1012
    assert (sketch is None) == (data == b"")
    if sketch and sketch.shingles <= 600:
        assert len(data) <= 508


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_has_one_or_none(text: str) -> None:
    data = signature(text * 5)
    assert data == signature(text * 5)
    assert (read_signature(data) is None) == (data == b"")


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32), st.integers(300, 3000), st.floats(0.3, 0.9))
def test_a_part_has_what_the_whole_has(seed: int, count: int, share: float) -> None:
    words = random.Random(seed).choices([f"word{n}" for n in range(3000)], k=count)
    whole, part = (read_signature(signature(" ".join(each))) for each in (words, words[: int(count * share)]))
    assert whole is not None
    assert part is not None
    limit = min(whole.limit, part.limit)
    assert {h for h in part.hashes.tolist() if h <= limit} <= {h for h in whole.hashes.tolist() if h <= limit}
