"""Row independence: what a stage makes of a row depends on that row and the configuration, never on its neighbours,
the batch or what came before. Tested on articles written by us in 14 language-scripts, and on hostile rows.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest
from tests.conftest import REPOSITORY, articles

from corpusforge.dedup.signature import KINDS, Kind, Sketch
from corpusforge.languages import load_language
from corpusforge.rules.evaluate import evaluate
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds
from corpusforge.stages.clean import STEPS, apply_edits, clean
from corpusforge.stages.extract import Engine, Extractor
from corpusforge.stages.identify import Identifier
from corpusforge.stages.language_gate import LanguageGate
from corpusforge.stages.options import LanguageGate as Options
from corpusforge.stages.precision import precision
from corpusforge.stages.precision_lists import WordList
from corpusforge.stages.url_filter import blocked
from corpusforge.stages.url_lists import url_lists
from corpusforge.text.segment import SEGMENTERS, segmenter
from corpusforge.text.statistics import statistics

Rows = Sequence[str | None]

LONG = 200_000
CODES = sorted(path.name for path in (REPOSITORY / "sample_crawl" / "articles").iterdir())
HOSTILE: list[str | None] = [
    None,
    "",
    "\n",
    "\n\n\n\r\n\n",
    " \t\u3000\u2028",
    "🙂🙂👨\u200d👩\u200d👧🇮🇳🇵🇰🙂",
    "x" * LONG,
    "ਪੰਜਾਬੀ ਦੇ ਸ਼ਬਦ। " * (LONG // 45),  # one line of 200 kB
    "ไทยไม่มีช่องว่าง" * 200,
    "|\n" * 500,
    "\u202eمرحبا\u202c \u2067שלום\u2069 (abc) \u200f",
    "".join(map(chr, [*range(1, 32), *range(127, 160)])) + " word",
    "\u0301\u0a71\u200d\u200c\ufeff\u00ad\ufffd\U0010fffd",
    "Ã©tÃ© â€œquotedâ€ &amp;amp; &lt;i&gt;",
    "a@b.org c@d.org 8.8.8.8 9.9.9.9 a@b.org",
    "same words " * 40,
    "same words " * 40,
    "#### ... … - • 12345 ॥",
    "\ud7ff\ue000\U00010000",
]


@pytest.fixture(scope="module")
def texts() -> list[str | None]:
    """Two articles per language-script, and the hostile rows among them."""
    rows: list[str | None] = [text for code in CODES for text in articles(code)[:2]]
    for place, row in enumerate(HOSTILE):
        rows.insert(place * 2, row)
    return rows


def column(rows: Rows) -> pa.LargeStringArray:
    return pa.array(rows, pa.large_string())


def assert_independent(
    stage: Callable[[Any], list[Any]], rows: Sequence[Any], batches: Sequence[int] = (1, 2, 7)
) -> None:
    """Shuffled and re-batched input gives equal rows. Each call goes to the same, already used stage."""
    together = stage(rows)
    assert len(together) == len(rows)
    for seed, size in enumerate(batches):
        order = list(range(len(rows)))
        random.Random(seed).shuffle(order)
        shuffled = [rows[i] for i in order]
        found = [row for start in range(0, len(rows), size) for row in stage(shuffled[start : start + size])]
        wrong = [i for i, row in zip(order, found, strict=True) if row != together[i]]
        assert not wrong, f"rows {wrong[:5]} differ in batches of {size}, first: {rows[wrong[0]]!r:.200}"


def test_url_filter() -> None:
    lists = url_lists()
    words = ["news", "ਪੰਜਾਬ", "%F0%9F%99%82", "\u202e"]
    for listed in (lists.banned_words, lists.soft_banned_words, lists.banned_subwords):
        words += sorted(listed)[:: len(listed) // 3]
    urls: list[str | None] = [f"https://{words[0]}.example/{one}-{other}/" for one in words for other in words]
    urls += [None, "", "\n", "http://[broken", "http://[::1]/", "//", "x" * LONG, "http://a.example/" + "-a" * LONG]
    assert len(set(blocked(urls))) == 4
    assert_independent(blocked, urls, batches=(2, 7, 64))


@pytest.mark.parametrize("engine", ["trafilatura", "resiliparse", "blocks"])
def test_extract(engine: Engine, texts: list[str | None]) -> None:
    def page(text: str) -> str:
        paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
        return f"<html><head><title>t</title></head><body><article>{paragraphs}</article></body></html>"

    def stage(rows: Rows) -> list[Any]:
        return extractor.extract([row or "" for row in rows])

    markup = ["<", "<html><body>", "<p>" * 5_000, "<table><tr><td>ਕਣਕ<td>1" * 200, "\x01<p>\x02text</p>"]
    pages = [page(text) for text in texts if text and len(text) < LONG] + [page("x" * LONG), *markup]
    with Extractor(engine=engine) as extractor:
        assert sum(one.text is not None for one in stage(pages)) > 20
        assert_independent(stage, pages, batches=(1, 7))


def test_language_gate(texts: list[str | None]) -> None:
    gate = LanguageGate(["pan_Guru", "hin_Deva", "jpn_Jpan"], "lid176", None, Options())
    markup = ["<", "<html lang=pa><body>", "<p>" * 5_000, "<!--", '<script type="application/ld+json">"', "<p title='"]
    pages = [text and f"<title>t</title><p>{text}</p>" for text in texts] + markup
    assert 0 < sum(row["ends"] for row in gate(column(pages)).to_pylist()) < len(pages) / 2 + 10
    assert_independent(lambda rows: gate(column(rows)).to_pylist(), pages)


@pytest.mark.parametrize("sample", [None, 1024])
def test_identify(texts: list[str | None], sample: int | None) -> None:
    identifier = Identifier("lid176", sample=sample)
    assert_independent(lambda rows: identifier(column(rows)).to_pylist(), texts)


@pytest.mark.parametrize("use", sorted(SEGMENTERS))
def test_words_and_statistics(texts: list[str | None], use: str) -> None:
    split, stop_words = segmenter(use), load_language("pan_Guru").stop_words

    def stage(rows: Rows) -> list[Any]:
        words = split.words(column(rows))
        return list(zip(words.to_lists(), statistics(column(rows), words, stop_words, words).to_pylist(), strict=True))

    assert_independent(stage, texts)


def test_precision(texts: list[str | None]) -> None:
    known = WordList(frozenset({"the", "ਦੇ"}), (".example",), None)
    english, split = load_language("eng_Latn"), segmenter("unicode")

    def stage(rows: Rows) -> list[Any]:
        urls = [None if row is None else f"https://b{'.example' * (len(row) % 2)}/x" for row in rows]
        return precision(column(rows), urls, split, english, known, 0.1).to_pylist()

    assert_independent(stage, texts)


@pytest.mark.parametrize("kind", KINDS)
def test_signature(kind: Kind, texts: list[str | None]) -> None:
    sketch, split = Sketch(kind), segmenter("unicode")
    assert_independent(lambda rows: sketch.signatures(column(rows), split).to_pylist(), texts)


def test_clean(texts: list[str | None]) -> None:
    def stage(rows: Rows) -> list[Any]:
        edits, counts = clean(column(rows), tuple(STEPS))
        changes: list[list[tuple[int, int, str]]] = [[] for _ in rows]
        for edit in edits.to_pylist():
            changes[edit["row"]].append((edit["byte_start"], edit["byte_end"], edit["replacement"]))
        assert all(count <= len(rows) for count in counts.values())
        return list(zip(changes, apply_edits(column(rows), edits).to_pylist(), strict=True))

    assert_independent(stage, texts)


@pytest.mark.parametrize("code", ["pan_Guru", "eng_Latn", "cmn_Hani"])
def test_rules(texts: list[str | None], code: str) -> None:
    language = load_language(code)
    sets = [load_filter_set(name) for name in ("gopher_repetition", "fineweb_quality", "gopher_quality")]
    thresholds = resolve_thresholds(sets, language.thresholds, code)
    words = segmenter(language.segmenter).words(column(texts))
    signals = statistics(column(texts), words, language.stop_words)

    def stage(rows: Sequence[int]) -> list[Any]:
        return evaluate(signals.take(pa.array(rows)), sets, thresholds).to_dicts()

    everything = range(len(texts))
    assert len({row["fate"] for row in stage(everything)}) > 4
    assert_independent(stage, everything)
