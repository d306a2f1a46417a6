"""The `reference` segmenter gives datatrove's own words, or says what is missing."""

from importlib.metadata import PackageNotFoundError, version

import pyarrow as pa
import pytest

from corpusforge.errors import UserError
from corpusforge.phases.depends import signals_parts, signature_parts
from corpusforge.settings import build_settings, stored_settings, with_changes
from corpusforge.text import reference
from corpusforge.text.reference import reference_versions
from corpusforge.text.segment import segmenter

# Worked out by hand from the splitters' rules; what dictionaries say changes with them, and comes from the packages alone.
BY_HAND = {
    "eng_Latn": ["Do", "n't", "e", "-", "mail", "me", "@", "3.14", ",", "ok", "?", "-----"],
    # Indic NLP splits at spaces and punctuation only: a line feed stays inside a word.
    "hin_Deva": ["यह", "है", "।", "वह", "भी"],
    "pan_Guru": ["ਇਹ", "ਹੈ\nਉਹ", "ਵੀ"],
}
TEXTS = {
    "eng_Latn": "Don't e-mail me @ 3.14, ok?\n-----",
    "hin_Deva": "यह है ।\nवह भी",
    "pan_Guru": "ਇਹ ਹੈ\nਉਹ ਵੀ",
    "jpn_Jpan": "これは日本語です。",
    "cmn_Hani": "你好世界",
    "tha_Thai": "สวัสดีชาวโลก",
    "kor_Hang": "학교에 갔다",
    "vie_Latn": "Xin chào các bạn, tôi là sinh viên.",
    "chr_Cher": "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ.",
}


def installed(code: str) -> bool:
    try:
        return bool(reference_versions(code))
    except UserError:
        return False


@pytest.mark.parametrize("code", TEXTS)
def test_the_words_are_those_of_the_installed_splitter(code: str) -> None:
    if not installed(code):
        pytest.skip(f"the word splitter of {code} is not installed (pip install '{reference.EXTRA}')")
    from datatrove.utils.word_tokenizers import load_word_tokenizer

    texts = [TEXTS[code], "a 12345678901234567890123 b\tc", " \n", ""]
    expected = [load_word_tokenizer(code).word_tokenize(text) if text else [] for text in texts]
    column = pa.array([None, "other", *texts], pa.large_string())
    found = segmenter("reference", code).words(column)
    assert found.to_lists()[2:] == expected
    assert found.to_lists()[0] == []
    sliced = pa.chunked_array([column.slice(2, 1), column.slice(3)])
    assert segmenter("reference", code).words(sliced).to_lists() == expected
    assert expected[0] == BY_HAND.get(code, expected[0])


def test_a_language_is_looked_up_with_its_script() -> None:
    # datatrove's bare `hin` is answered by a Kurdish model; `hin_Deva` is Indic NLP.
    if not installed("hin_Deva"):
        pytest.skip("indic-nlp-library is not installed")
    assert segmenter("reference", "hin_Deva").version == (
        f"datatrove {version('datatrove')} indic-nlp-library {version('indic-nlp-library')}"
    )


def test_missing_packages_are_named_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> str:
        if name == "datatrove":
            return "0.10.1"
        raise PackageNotFoundError(name)

    monkeypatch.setattr(reference, "version", absent)
    with pytest.raises(UserError) as error:
        segmenter("reference", "jpn_Jpan")
    assert str(error.value) == (
        "jpn_Jpan: segmenter 'reference': not installed: spacy, SudachiPy, SudachiDict-core; pip install "
        "'corpusforge[reference]', or use our own words for it: --set jpn_Jpan.segmenter=unicode"
    )
    with pytest.raises(UserError, match=r"not installed: khmer-nltk; pip install khmer-nltk, or use our own words"):
        segmenter("reference", "khm_Khmr")
    with pytest.raises(UserError, match="pan_Guru: segmenter 'reference': not installed: indic-nlp-library"):
        build_settings("fineweb2-style", ("pan_Guru",), changes={"pan_Guru.segmenter": "reference"})
    with pytest.raises(UserError, match="eng_Latn: segmenter 'reference': not installed: spacy"):
        build_settings("fineweb2-style", ("all",), changes={"signals.segmenter": "reference"})


def test_a_model_that_no_package_carries_is_refused() -> None:
    with pytest.raises(
        UserError, match=r"kmr_Latn: .* with a Stanza model \('kmr'\), which no package carries; use our"
    ):
        segmenter("reference", "kmr_Latn")


def test_a_language_without_a_splitter_is_refused() -> None:
    with pytest.raises(UserError, match="jav_Java: segmenter 'reference': datatrove assigns it no word splitter"):
        segmenter("reference", "jav_Java")


def test_it_is_chosen_for_a_language_or_for_all() -> None:
    if not installed("eng_Latn") or not installed("pan_Guru"):
        pytest.skip(f"the word splitters are not installed (pip install '{reference.EXTRA}')")
    both = ("pan_Guru", "eng_Latn")
    one = build_settings("fineweb2-style", both, changes={"pan_Guru.segmenter": "reference"})
    assert [one.language(code).segmenter for code in both] == ["reference", "unicode"]
    assert one.language("pan_Guru").segmenter_provenance == "set on the command line"
    assert one.thresholds("pan_Guru", one.rules) == build_settings("fineweb2-style", both).thresholds(
        "pan_Guru", one.rules
    )
    changes = {"web.signals.segmenter": "reference", "pan_Guru.segmenter": "icu"}
    most = build_settings("fineweb2-style", both, changes=changes)
    assert [most.language(code).segmenter for code in both] == ["icu", "reference"]
    again = stored_settings(most.dump(), "run.json")
    assert [again.language(code).segmenter for code in both] == ["icu", "reference"]


def test_only_a_known_segmenter_and_only_before_a_run() -> None:
    with pytest.raises(UserError, match=r"unknown segmenter 'referense' \(did you mean 'reference'\?\)"):
        build_settings("fineweb2-style", ("pan_Guru",), changes={"pan_Guru.segmenter": "referense"})
    with pytest.raises(UserError, match=r"--set signals\.segmenter: Input should be 'unicode', 'icu' or 'reference'"):
        build_settings("fineweb2-style", ("pan_Guru",), changes={"signals.segmenter": "referense"})
    with pytest.raises(UserError, match=r"--set pan_Guru\.segmenter: only thresholds can be re-tried"):
        with_changes(build_settings("fineweb2-style", ("pan_Guru",)), {"pan_Guru.segmenter": "icu"})


def test_the_key_of_work_holds_the_versions_only_where_they_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "version", lambda name: "7")
    default = build_settings("fineweb2-style", ("pan_Guru",))
    changed = build_settings("fineweb2-style", ("pan_Guru",), changes={"signals.segmenter": "reference"})
    for parts in (signals_parts, signature_parts):
        assert "splitter" not in parts(default, "pan_Guru")
        assert parts(default, "pan_Guru")["segmenter"] == "unicode"
        assert parts(changed, "pan_Guru")["splitter"] == {"datatrove": "7", "indic-nlp-library": "7"}
