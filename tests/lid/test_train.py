"""Training: what is learnt, what is left out, and that nothing depends on chance or on the order of texts."""

import random
import unicodedata
from collections import Counter
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.errors import UserError
from corpusforge.lid.labelled import Labelled
from corpusforge.lid.sampling import sampled, shingles
from corpusforge.lid.shape import Shape
from corpusforge.lid.train import STEP, save, train
from corpusforge.models.load import load_model, model_labels
from corpusforge.models.ngram import NgramModel
from corpusforge.models.ngram_file import NgramFile, read_ngram_file, write_ngram_file
from tests.lid.texts import WORDS, texts

SMALL = Shape(least=2, most=3, bits=14, text=20_000, smallest=200, unseen=0.01)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> NgramModel:
    path = tmp_path_factory.mktemp("lid") / "small.lid"
    save(train(texts("ours", 1), SMALL), path)
    loaded = load_model(str(path))
    assert isinstance(loaded, NgramModel)
    return loaded


def test_a_trained_model_knows_text_that_it_has_not_seen(model: NgramModel) -> None:
    unseen = texts("others", 2)
    found = model.predict([one.text for one in unseen], k=2)
    assert [labels[0].label for labels in found] == [one.code for one in unseen]
    assert all(0.9 < first.score <= 1 and second.score < 0.1 for first, second in found)


def test_all_probabilities_add_up_to_one_and_fall(model: NgramModel) -> None:
    (found,) = model.predict(["the und ja"], k=-1, threshold=0.0)
    scores = [score for _, score in found]
    assert sum(scores) == pytest.approx(1, abs=1e-6)
    assert scores == sorted(scores, reverse=True) and len(found) == len(WORDS)


def test_a_text_without_letters_has_no_labels(model: NgramModel) -> None:
    assert model.predict(["", "12 345 !?", "the"], k=1)[:2] == [[], []]


def test_case_composition_and_the_kind_of_apostrophe_make_no_difference(model: NgramModel) -> None:
    composed, apart = "FÜR DAS KÖNNEN’S", "für das können's"
    assert model.predict([composed], k=3) == model.predict([apart], k=3)


def test_spans_are_read_as_one_text_and_no_byte_beside_them(model: NgramModel) -> None:
    data = "ਹੈ the and ਦੇ of to".encode()
    first, second = data.index(b"the"), data.index(b"of")
    ends = [data.index(b"and") + 3, len(data)]
    found = model.predict_spans(
        np.frombuffer(data, np.uint8), np.array([0, 2]), np.array([first, second]), np.array(ends), 1, 0.0
    )
    (expected,) = model.predict(["the and of to"])
    assert (model.labels[found.labels[0]], found.scores[0]) == expected[0]


def test_log_likelihoods_are_those_of_a_count_by_hand(tmp_path: Path) -> None:
    # Bits enough that hardly two n-grams share a number: counts by Python strings are an independent oracle.
    shape = Shape(least=2, most=3, bits=20, text=100_000, smallest=10, unseen=0.01)
    learnt = texts("ours", 3, documents=4)
    save(train(learnt, shape), tmp_path / "model.lid")
    model = load_model(str(tmp_path / "model.lid"))
    assert isinstance(model, NgramModel)

    def grams(text: str) -> Counter[str]:
        words = [f"|{word}|" for word in text.split()]
        return Counter(word[at : at + n] for word in words for n in (2, 3) for at in range(len(word) - n + 1))

    latin = [code for code in WORDS if code.endswith("Latn")]
    plain = [one for one in learnt if one.code in latin]
    counts = {code: sum((grams(one.text) for one in plain if one.code == code), Counter()) for code in latin}
    everything = len({gram for one in learnt for gram in grams(_apart(one.text))})
    text = "the old house and der Hund".lower()
    data = np.frombuffer(text.encode(), np.uint8)
    (scores,), (seen,) = model.log_likelihoods(data, np.array([0, 1]), np.array([0]), np.array([len(data)]))
    assert seen == sum(grams(text).values())
    for code in ("eng_Latn",):
        total = sum(counts[code].values())
        expected = sum(
            times * (log((counts[code][gram] + 0.01) / 0.01) - log(total + 0.01 * everything))
            for gram, times in grams(text).items()
        )
        assert scores[model.labels.index(code)] == pytest.approx(expected, abs=seen * STEP / 2 + 0.5)


def _apart(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_the_same_texts_in_any_order_give_the_same_bytes(tmp_path: Path) -> None:
    several = texts("one", 1) + texts("two", 2)
    shuffled = random.Random(5).sample(several, len(several))
    first = save(train(several, SMALL), tmp_path / "a.lid")
    assert save(train(shuffled, SMALL), tmp_path / "b.lid") == first
    card = (tmp_path / "a.lid.md").read_text()
    assert first in card and "| one | 5 |" in card and "| two | 5 |" in card
    assert str(tmp_path) not in card and str(tmp_path).encode() not in (tmp_path / "a.lid").read_bytes()


def test_another_seed_takes_other_texts_where_there_are_too_many() -> None:
    few = Shape(2, 3, 14, 500, 100, 0.01)
    one, other = (sampled(texts("ours", 1), seed, few.text, few.smallest) for seed in (0, 1))
    assert one.pieces.keys() == other.pieces.keys()
    assert one.pieces["eng_Latn"] != other.pieces["eng_Latn"]
    assert all(few.smallest <= sample.size(code) <= few.text for sample in (one, other) for code in sample.pieces)


def test_sources_count_evenly_and_a_large_one_fills_what_a_small_one_leaves() -> None:
    both = texts("large", 1, documents=60) + texts("small", 2, documents=3)
    sample = sampled(both, 0, 6_000, 100)
    sizes = Counter[str]()
    for piece in sample.pieces["eng_Latn"]:
        sizes[piece.source] += len(piece.text.encode())
    small = sum(len(one.text.encode()) for one in both if one.source == "small" and one.code == "eng_Latn")
    assert sizes["small"] == small and sizes["large"] == pytest.approx(6_000 - small, abs=2)


def test_nothing_of_what_is_tested_on_is_learnt() -> None:
    learnt = texts("ours", 1)
    tested = [one for one in learnt if one.document.endswith("-3")]
    sample = sampled(learnt, 0, 100_000, 100, tested)
    lines = {line for pieces in sample.pieces.values() for piece in pieces for line in piece.text.splitlines()}
    assert not lines & {line for one in tested for line in one.text.splitlines()}
    assert sample.tested == sum(len(one.text.splitlines()) for one in tested)


def test_a_line_that_was_cut_elsewhere_still_counts_as_the_same() -> None:
    line = "In the beginning was the word and the word was with the people of the land"
    learnt = [Labelled(line, "eng_Latn", "a", "1")]
    tested = [Labelled(f"And it came to pass. {line}; thus it was.", "eng_Latn", "b", "1")]
    assert sampled(learnt, 0, 1_000, 1, tested).pieces == {}
    assert shingles("12, 34!") != [] and shingles("...") == []


def test_the_same_line_in_another_language_is_no_leak() -> None:
    learnt = [Labelled("in the beginning was the word and so on and on", "eng_Latn", "a", "1")]
    tested = [Labelled(learnt[0].text, "deu_Latn", "b", "1")]
    assert "eng_Latn" in sampled(learnt, 0, 1_000, 1, tested).pieces


def test_a_language_under_a_second_name_is_left_out() -> None:
    learnt = texts("ours", 1)
    copies = [Labelled(one.text, "cjy_Latn", "x", one.document) for one in learnt if one.code == "fin_Latn"][:6]
    sample = sampled(learnt + copies, 0, 100_000, 100)
    assert sample.twins == {"cjy_Latn": "fin_Latn"} and "cjy_Latn" not in sample.pieces


def test_a_text_whose_letters_are_of_another_script_than_its_label_is_not_learnt() -> None:
    learnt = texts("ours", 1)
    odd = [Labelled("plain English under the label of Punjabi " * 9, "pan_Guru", "y", "1")]
    sample = sampled(learnt + odd, 0, 100_000, 100)
    assert sample.other_script == 1
    assert "y" not in {piece.source for piece in sample.pieces["pan_Guru"]}


def test_too_little_text_is_an_error_that_says_how_much_is_needed() -> None:
    with pytest.raises(UserError, match=r"0 of the languages have 1,000,000 bytes of text or more; two are needed"):
        train(texts("ours", 1), Shape(2, 3, 14, 2_000_000, 1_000_000, 0.01))


def test_a_cut_file_is_refused(tmp_path: Path, model: NgramModel) -> None:
    data = model.path.read_bytes()
    for size in (40, 200, len(data) // 2, len(data) - 1):
        (tmp_path / "cut.lid").write_bytes(data[:size])
        with pytest.raises(UserError, match=r"cut\.lid: not an n-gram classifier"):
            read_ngram_file(tmp_path / "cut.lid")


@given(st.text(max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_text_has_probabilities_that_add_up_to_one_or_none_at_all(model: NgramModel, text: str) -> None:
    (found,) = model.predict([text], k=-1, threshold=0.0)
    assert not found or sum(score for _, score in found) == pytest.approx(1, abs=1e-5)
    assert bool(found) or not any(unicodedata.category(character)[0] == "L" for character in text)


def test_a_run_of_letters_without_end_that_are_taken_apart_is_read(model: NgramModel) -> None:
    (found,) = model.predict(["\u1f82" * 5_000], k=1)  # four code points each
    assert found[0].label == "ell_Grek"


def test_a_long_text_has_the_label_of_its_parts(model: NgramModel) -> None:
    # Longer than what is added up in 32 bits at once.
    (short,), (long,) = model.predict(["und nicht auf " * 100, "und nicht auf " * 200_000])
    assert short.label == long.label == "deu_Latn" and long.score >= short.score - 1e-6


def test_how_weights_are_stored_makes_no_difference(
    tmp_path: Path, model: NgramModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With five labels all n-grams are stored for all labels; here only those that all of them have.
    monkeypatch.setattr("corpusforge.lid.train.DENSE", 1)
    save(train(texts("ours", 1), SMALL), tmp_path / "sparse.lid")
    sparse = load_model(str(tmp_path / "sparse.lid"))
    assert len(read_ngram_file(sparse.path).arrays["labels"]) > 100
    assert len(read_ngram_file(model.path).arrays["labels"]) == 0
    several = [one.text for one in texts("others", 9)] + ["xyz", "12", "ਹੈ the"]
    assert sparse.predict(several, k=-1) == model.predict(several, k=-1)


def test_a_damaged_file_is_refused_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpusforge.lid.train.DENSE", 1)
    file = train(texts("ours", 1), SMALL)
    for name, place, value in (("labels", 0, 60_000), ("offsets", 5, 2**40), ("rows", 3, 2**30), ("numbers", 2, 60)):
        arrays = {key: array.copy() for key, array in file.arrays.items()}
        arrays[name][place] = value
        write_ngram_file(tmp_path / "damaged.lid", NgramFile(file.labels, arrays, file.card))
        with pytest.raises(UserError, match=r"damaged\.lid: not an n-gram classifier"):
            read_ngram_file(tmp_path / "damaged.lid")


def test_labels_can_be_read_without_loading(model: NgramModel) -> None:
    assert model_labels(str(model.path)) == tuple(sorted(WORDS))


def test_standards_of_one_language_get_as_much_text_as_all_of_them_have() -> None:
    sizes = {"bos_Latn": 9, "hrv_Latn": 5, "srp_Latn": 1, "fin_Latn": 9}  # thousands of bytes
    several = [
        Labelled(f"{code[0]}{'abcdefghij'[number % 10]}word " * 20, code, "s", f"{code}-{number}")
        for code, thousands in sizes.items()
        for number in range(thousands * 7)
    ]
    sample = sampled(several, 0, 2_000, 100)
    # hrv and bos have more than 2,000 bytes: both get what hrv has; srp has less, and fin is no standard of anything.
    hrv = sum(len(one.text) for one in several if one.code == "hrv_Latn")
    assert sample.size("hrv_Latn") == hrv and sample.size("bos_Latn") == pytest.approx(hrv, abs=200)
    assert sample.size("srp_Latn") < 2_000 and sample.size("fin_Latn") == 2_000


def test_which_texts_are_kept_does_not_depend_on_the_order_in_which_they_come() -> None:
    many = texts("ours", 1, documents=200)
    shuffled = random.Random(3).sample(many, len(many))
    one, other = sampled(many, 0, 500, 100), sampled(shuffled, 0, 500, 100)
    assert one.pieces == other.pieces and one.size("eng_Latn") <= 500
