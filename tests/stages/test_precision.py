"""Evidence for small languages: words of a list, and URLs; the slips of the published program are not repeated."""

import pyarrow as pa
import pytest

from corpusforge.languages import load_language
from corpusforge.stages.precision import UrlEvidence, precision
from corpusforge.stages.precision_lists import WordList
from corpusforge.text.segment import segmenter

SOMALI = load_language("som_Latn")
LISTED = (".so", ".dj", "soomaali", "hargeysa", "af-soomaali")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.so/war/1",
        "http://www.example.dj",
        "https://so.example.org/wiki/A",
        "https://example.org/so/war",
        "https://example.org/so-SO/war",
        "https://example.org/som/war",
        "https://example.org/?id=1&lang=so",
        "https://example.org/Hargeysa-maanta",
        "https://example.org/af/soomaali.html",
        "https://somali.example.org/",
        "example.so",
    ],
)
def test_urls_that_name_the_language(url: str) -> None:
    assert UrlEvidence(SOMALI, LISTED).found(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://also.example.org/soft/SONY",  # a code inside words
        "https://example.org/a.so",  # a top-level domain in the path
        "https://example.sow.example.org/x",
        "https://example.org/?id=so",
        "https://example.org/hargeysaa",  # a longer word
        "http://[::1",
        "",
        None,
    ],
)
def test_urls_that_do_not(url: str | None) -> None:
    assert not UrlEvidence(SOMALI, LISTED).found(url)


def test_words_of_the_list_among_the_distinct_words() -> None:
    texts = pa.array(["waa waa wax badan oo kale", "nothing of it", "", None], pa.large_string())
    known = WordList(frozenset({"waa", "badan"}), LISTED, 0.4)
    urls = [None, "https://example.so/", None, "https://example.org/"]
    found = precision(texts, urls, segmenter("unicode"), SOMALI, known, above=0.1)
    assert found["precision_words"].to_pylist() == [2 / 5, 0.0, 0.0, 0.0]
    assert found["url_language"].to_pylist() == [False, True, False, False]


@pytest.mark.parametrize("known", [None, WordList(frozenset({"waa"}), (), 0.1), WordList(frozenset({"waa"}), (), 0.0)])
def test_no_evidence_is_asked_for_without_a_list_or_contamination(known: WordList | None) -> None:
    found = precision(pa.array(["waa"], pa.large_string()), [None], segmenter("unicode"), SOMALI, known, above=0.1)
    assert found["precision_words"].to_pylist() == found["url_language"].to_pylist() == [None]


def test_unknown_contamination_asks_for_evidence() -> None:
    known = WordList(frozenset({"waa"}), (), None)
    found = precision(pa.array(["waa"], pa.large_string()), [None], segmenter("unicode"), SOMALI, known, above=0.1)
    assert found["precision_words"].to_pylist() == [1.0]
