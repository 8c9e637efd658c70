"""The encoding of a text file, told from few letters."""

import pytest

from analysis.cohort.formats.encoding import decode_text
from analysis.cohort.reading import read_cohort
from analysis.errors import CohortInputError
from tests.analysis.cohort.files import note_codes, note_text, refusal

ASCII_ROWS = "".join(f"P{row},{40 + row % 40},{row / 7:.2f}\n" for row in range(200))


@pytest.mark.parametrize(
    ("letters", "codec"),
    [
        ("여\n남", "cp949"),
        ("생존\n사망", "cp949"),
        ("유\n무", "cp949"),
        ("렌바티닙\n소라페닙", "cp949"),
        ("국립암센터", "cp949"),
        ("男\n女", "cp932"),
        ("生存\n死亡", "cp932"),
        ("あり\nなし", "cp932"),
        ("レンバチニブ", "cp932"),
        ("福岡\n名古屋", "cp932"),
        ("生存\n死亡", "euc_jp"),
        ("レンバチニブ,東京", "euc_jp"),
        ("患者是否存活", "gb18030"),
        ("男\n女", "big5"),
        ("José\nMüller", "cp1252"),
        ("naïve", "cp1252"),
        ("12 °C", "cp1252"),
        ("Größe", "cp1252"),
    ],
)
def test_a_handful_of_letters_among_ascii_tells_the_encoding(letters: str, codec: str) -> None:
    text = "id,age,x\n" + ASCII_ROWS + letters + "\n" + ASCII_ROWS
    decoded = decode_text(text.encode(codec))
    assert decoded.text == text
    assert decoded.encoding == codec
    assert not decoded.certain


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_with_and_without_a_mark(codec: str) -> None:
    text = "이름,나이,arm\n여,3,A\nÄ,4,B\n" + ASCII_ROWS
    assert decode_text(text.encode(codec)).text == text


def test_utf_8_is_taken_without_a_note_and_others_with_one() -> None:
    table = "id,sex,age\n" + "P1,여,50\nP2,남,60\n" * 3
    assert read_cohort(table.encode(), "a.csv").notes == ()
    korean = read_cohort(table.encode("cp949"), "a.csv")
    assert korean.table["sex"].tolist()[:2] == ["여", "남"]
    assert korean.encoding == "cp949"
    assert note_text(korean, "encoding") == "The text was read as Korean (CP949); check that labels look right."


def test_an_encoding_can_be_told() -> None:
    content = "id,sex\n1,男\n2,女\n".encode("cp932")
    assert read_cohort(content, "a.csv", encoding="cp932").table["sex"].tolist() == ["男", "女"]
    assert "encoding" in note_codes(read_cohort(content, "a.csv", encoding="cp932"))
    assert "some do not fit “utf-8”" in refusal(content, encoding="utf-8")
    assert "“klingon” is not" in refusal(content, encoding="klingon")


def test_text_in_no_known_encoding_is_refused() -> None:
    with pytest.raises(CohortInputError, match="its bytes fit none of UTF-8"):
        decode_text(b"id,x\n1,\x81\x8d\xff\xfe\x90\xff\n")


def test_damaged_utf_16_is_refused() -> None:
    with pytest.raises(CohortInputError, match="begins as UTF-16 text and some of its bytes break"):
        decode_text("id,x".encode("utf-16") + b"\x00\xd8\x20")
