"""Charsets: the order of sources, labels, detection on real text in ten charsets."""

import codecs
import io
import json
from pathlib import Path

import pytest
import zstandard
from resiliparse.parse.encoding import map_encoding_to_html5

from corpusforge.io.charset import decode, detect, meta_charset
from corpusforge.io.charset_labels import all_labels, charset_name, codec_of

RUSSIAN = "<p>Съешь же ещё этих мягких французских булок, да выпей чаю.</p>"
META = '<meta charset="{}">'


def test_order_of_sources() -> None:
    page = META.format("koi8-r") + RUSSIAN
    assert decode(b"\xef\xbb\xbf" + page.encode(), "windows-1251") == (page, "utf-8", "bom")
    assert decode(page.encode("cp1251"), "windows-1251") == (page, "windows-1251", "header")
    assert decode(page.encode("koi8-r"), None) == (page, "koi8-r", "meta")
    assert decode(RUSSIAN.encode("cp1251"), None) == (RUSSIAN, "windows-1251", "detected")
    assert decode(RUSSIAN.encode(), None) == (RUSSIAN, "utf-8", "detected")
    assert decode(("\ufeff" + RUSSIAN).encode("utf-16-be"), "utf-8") == (RUSSIAN, "utf-16be", "bom")
    assert decode(RUSSIAN.encode("utf-16-le"), "utf-16") == (RUSSIAN, "utf-16le", "header")
    page = "<!DOCTYPE html><html><head><title>" + RUSSIAN
    assert decode(page.encode("utf-16-le"), None) == (page, "utf-16le", "detected")
    assert decode(page.encode("utf-16-be"), None) == (page, "utf-16be", "detected")


def test_an_unknown_label_counts_as_absent() -> None:
    page = META.format("none") + META.format("windows-1251") + RUSSIAN
    assert decode(page.encode("cp1251"), "x-nonsense") == (page, "windows-1251", "meta")


def test_undecodable_bytes_become_replacement_characters() -> None:
    assert decode(b"a\xffb", "utf-8")[0] == "a\ufffdb"
    assert "\ufffd" in decode(b"\x81\x81", "gb2312")[0] or decode(b"\x81\x81", "gb2312")[0]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta http-equiv="Content-Type" content="text/html; charset=euc-jp">', "euc-jp"),
        ("<META CONTENT='text/html;CHARSET=Shift_JIS' HTTP-EQUIV=content-type>", "shift_jis"),
        ("<meta charset=gb2312 />", "gbk"),
        ('<meta name="x" content="charset=big5">', None),
        ('<!-- <meta charset="big5"> --><meta charset="koi8-u">', "koi8-u"),
        ('<meta charset="utf-16">', "utf-8"),
        ('<?xml version="1.0" encoding="ISO-8859-7"?><html>', "iso-8859-7"),
        ('<?xml version="1.0" encoding="ISO-8859-7"?><meta charset="utf-8">', "utf-8"),
        ("x" * 5000 + '<meta charset="koi8-u">', None),
        ("<meta charset", None),
    ],
)
def test_meta(head: str, name: str | None) -> None:
    assert meta_charset(head.encode()) == name


def test_labels_are_those_of_the_standard() -> None:
    """Oracle: resiliparse's table of the standard, for every label that it knows."""
    checked = 0
    for label, name in all_labels().items():
        other = map_encoding_to_html5(label, fallback_utf8=False)
        if other and codecs.lookup(other.replace("x-", "")).name != "utf-8":
            ours, theirs = codecs.lookup(codec_of(name)).name, codecs.lookup(other).name
            pairs = {
                ("cp874", "iso8859-11"),
                ("gb18030", "gbk"),
                ("big5hkscs", "big5"),
                ("cp932", "shift_jis"),
                ("cp949", "euc_kr"),
                ("iso2022_jp_ext", "iso2022_jp"),
            }
            assert ours == theirs or (ours, theirs) in pairs, label
            checked += 1
    assert checked > 150
    assert charset_name(" Latin1 ") == charset_name("US-ASCII") == "windows-1252"
    assert charset_name("ks_c_5601-1987") == "euc-kr"
    assert charset_name("iso-8859-9") == "windows-1254"
    assert charset_name("GB2312") == "gbk"
    assert codec_of("gbk") == "gb18030"


def test_vendor_characters_of_japanese_charsets() -> None:
    assert decode("①㈱".encode("cp932"), "shift_jis")[0] == "①㈱"
    assert decode(b"\xad\xa1" + "あ".encode("euc-jp"), "euc-jp")[0] == "①あ"


SAMPLES = {
    "windows-1251": "docs_factrueval_rus/rus_Cyrl",
    "koi8-r": "docs_factrueval_rus/rus_Cyrl",
    "koi8-u": "docs_bruk/ukr_Cyrl",
    "shift_jis": "docs_kyoto_jpn/jpn_Jpan_wiki",
    "euc-jp": "docs_kyoto_jpn/jpn_Jpan_weblead",
    "iso-2022-jp": "docs_kyoto_jpn/jpn_Jpan_weblead",
    "gb18030": "docs_hplt_zho_webcrawl/zho_Hani",
    "big5": "parallel_ntrex128/docs",
    "euc-kr": "docs_ud/kor_Hang",
    "iso-8859-7": "docs_xquad_paragraphs/ell_Grek",
    "windows-1256": "docs_saudinewsnet/arb_Arab",
    "windows-1252": "docs_masakhanews/fra_Latn",
    "windows-1254": "docs_ttc3600_tur/tur_Latn",
    "windows-1257": "docs_ted_blocks/lvs_Latn",
}


@pytest.mark.parametrize("name", SAMPLES)
def test_detection_on_real_text(shared: Path, name: str) -> None:
    """At least nine of ten texts re-encoded in the charset are read as they were."""
    with (shared / "data" / f"{SAMPLES[name]}.jsonl.zst").open("rb") as file:
        stream = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True), "utf-8")
        rows = (json.loads(line) for line in stream)
        wanted = (
            row.get("text") or row["tgt"]
            for row in rows
            if name != "big5" or (row["lang"], row["script"]) == ("cmn", "Hant")
        )
        texts = [text[:3000] for _, text in zip(range(40), wanted, strict=False)]
    right = total = 0
    for text in texts:
        data = f"<p>{text}</p>".encode(codec_of(name), "ignore")
        if len(text) < 60 or (name != "iso-2022-jp" and data.isascii()):
            continue
        expected = data.decode(codec_of(name))
        got = data.decode(codec_of(detect(data)), "replace")
        right += sum(a == b for a, b in zip(expected, got, strict=False)) > 0.995 * len(expected)
        total += 1
    assert total >= 5
    assert right >= 0.9 * total
