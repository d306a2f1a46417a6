"""Extraction: main text of pages, independent of history; what has none has a fate."""

import os
import random
from pathlib import Path

import pytest

from corpusforge.stages import extract
from corpusforge.stages.extract import Extraction, Extractor, MainText

SHARED = Path(os.environ.get("CORPUSFORGE_SHARED", Path(__file__).parents[3] / "shared"))
PARAGRAPH = "ਪੰਜਾਬ ਦੇ ਪਿੰਡਾਂ ਵਿੱਚ ਕਣਕ ਦੀ ਵਾਢੀ ਵਿਸਾਖੀ ਦੇ ਨੇੜੇ ਸ਼ੁਰੂ ਹੁੰਦੀ ਹੈ, ਅਤੇ ਸਾਰਾ ਪਰਿਵਾਰ ਖੇਤਾਂ ਵਿੱਚ ਜਾਂਦਾ ਹੈ। "


def page(body: str) -> str:
    return f"<!DOCTYPE html><html><head><title>T</title></head><body>{body}</body></html>"


ARTICLE = page(
    f"<nav><a href='/'>Home</a> <a href='/about'>About</a></nav><article><h1>ਵਾਢੀ</h1><p>{PARAGRAPH * 3}</p>"
    f"<table><tr><td>ਕਣਕ</td><td>12</td></tr></table><p>{PARAGRAPH * 2}</p></article>"
    "<div class='comments' id='comments'><p>First comment, nothing to do with it at all.</p></div>"
)


def test_main_text_tables_and_no_comments() -> None:
    with Extractor() as extractor:
        [found] = extractor.extract([ARTICLE])
    assert found.fate is None and found.error is None and found.text is not None
    assert found.text.count(PARAGRAPH.strip()) == 5
    assert "ਕਣਕ" in found.text and "12" in found.text
    assert "comment" not in found.text and "About" not in found.text


def test_paragraphs_seen_before_are_kept() -> None:
    # With datatrove's deduplicate=True the fourth of these pages would lose its paragraphs.
    with Extractor() as extractor:
        texts = [found.text for found in extractor.extract([ARTICLE] * 6)]
    assert len(set(texts)) == 1 and texts[0]


@pytest.mark.parametrize("html", ["", "   ", "no markup", "{}", page(""), page("<script>x = 1</script>"), "<", "\x00"])
def test_pages_without_text_are_empty(html: str) -> None:
    with Extractor() as extractor:
        [found] = extractor.extract([html])
    assert found == Extraction(fate="extract_empty")


def test_faults_of_one_page_have_a_fate_and_touch_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    with Extractor(watchdog_s=0.5, memory_bytes=2**28) as extractor:
        extractor._sandbox.function = "hostile_functions:act"
        found = extractor.extract(["a", "raise broken", "sleep 60", "exit 1", f"eat {2**29}", "nothing", "print", "b"])
    assert [(one.text, one.fate) for one in found] == [
        ("A", None),
        (None, "stage_error/extract"),
        (None, "stage_error/timeout"),
        (None, "stage_error/extract"),
        (None, "stage_error/extract"),
        (None, "extract_empty"),
        ("PRINT", None),
        ("B", None),
    ]
    assert [one.error and one.error.partition(":")[0] for one in found] == [
        None, "error", "timeout", "died", "memory", None, None, None,
    ]  # fmt: skip
    assert found[1].error == "error: ValueError: broken"


def test_hostile_markup_is_an_extraction_and_no_crash() -> None:
    pages = [
        "<div>" * 100_000 + PARAGRAPH,
        page("<p>" + "<b><i>" * 20_000 + PARAGRAPH),
        page("<table>" * 5_000 + f"<tr><td>{PARAGRAPH}"),
        page(f"<p>{PARAGRAPH}</p>\x00\ud800&#0;&#xffffff;" + f"<p>{PARAGRAPH}</p>"),
        page("<p " + " ".join(f"a{i}=1" for i in range(10_000)) + f">{PARAGRAPH * 5}</p>"),
        ARTICLE,
    ]
    with Extractor(watchdog_s=60) as extractor:
        found = extractor.extract(pages)
    assert found[-1].text and all((one.text is None) != (one.fate is None) for one in found)
    assert [one.fate for one in found if one.fate == "stage_error/timeout"] == []


def real_pages(count: int) -> list[str]:
    warc = pytest.importorskip("fastwarc.warc")
    from trafilatura.utils import decode_file

    files = sorted((SHARED / "data").glob("html_*/*.warc.gz"))
    if not files:
        pytest.skip(f"no real pages at {SHARED} (set CORPUSFORGE_SHARED)")
    pages = []
    for path in files:
        with path.open("rb") as stream:
            records = warc.ArchiveIterator(stream, record_types=warc.WarcRecordType.response)
            for _, record in zip(range(count), records, strict=False):
                pages.append(decode_file(record.reader.read()))
    return pages


def test_the_same_page_gives_the_same_text_whatever_came_before(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = real_pages(int(os.environ.get("CORPUSFORGE_PAGES", "6")))
    first = MainText()
    expected = [first(html) for html in pages]
    assert sum(text is not None for text in expected) > len(pages) / 2
    order = list(range(len(pages)))
    random.Random(7).shuffle(order)
    monkeypatch.setattr(extract, "_RESET_EVERY", 5)
    shuffled = MainText()
    found = {index: shuffled(pages[index]) for index in order}
    assert [found[index] for index in range(len(pages))] == expected
    with Extractor() as extractor:
        in_sandbox = [extractor.extract([pages[index]])[0] for index in reversed(order)]
    for index, one in zip(reversed(order), in_sandbox, strict=True):
        assert one.text == (expected[index] if (expected[index] or "").strip() else None)
