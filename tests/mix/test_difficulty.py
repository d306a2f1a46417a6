"""Signals that curricula compute: counted by hand, and harmless on any text."""

import zlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.mix.difficulty import SIGNALS


def _one(name: str, text: str, code: str = "eng_Latn") -> float:
    return float(SIGNALS[name](pa.array([text], pa.large_string()), code)[0])


def test_compression_ratio_is_that_of_zlib() -> None:
    text = "ਪੰਜਾਬੀ ਪੰਜਾਬੀ ਪੰਜਾਬੀ " * 20
    assert _one("compression_ratio", text) == len(zlib.compress(text.encode(), 6)) / len(text.encode())


def test_lexical_diversity_by_hand() -> None:
    # the cat saw the dog: four of five words are distinct.
    assert _one("lexical_diversity", "the cat saw the dog") == pytest.approx(4 / np.sqrt(5))
    assert _one("lexical_diversity", "ਦਾ ਦਾ ਦਾ ਦਾ", "pan_Guru") == pytest.approx(1 / 2)


def test_sentence_length_by_hand() -> None:
    assert _one("mean_sentence_words", "One two three. Four five!\nSix seven eight nine") == 3
    assert _one("mean_sentence_words", "ਇਹ ਇੱਕ ਘਰ ਹੈ। ਉਹ ਘਰ ਹੈ।", "pan_Guru") == 3.5


def test_lix_by_hand() -> None:
    # Eight words, two sentences, two words of more than six letters: 4 + 25.
    assert _one("lix", "The weather was wonderful. We walked home again.") == pytest.approx(4 + 100 * 2 / 8)


def test_texts_without_words_have_no_value() -> None:
    for name in SIGNALS:
        assert np.isnan(_one(name, ""))
    assert np.isnan(_one("lix", "... 123 !!"))


@given(st.lists(st.text(), max_size=5), st.sampled_from(sorted(SIGNALS)))
def test_any_text_has_a_value_or_none(texts: list[str], name: str) -> None:
    given_ = [text.encode("utf-8", "ignore").decode() for text in texts]
    found = SIGNALS[name](pa.array(given_, pa.large_string()), "pan_Guru")
    assert len(found) == len(texts) and not np.isinf(found).any()
    alone = [_one(name, text, "pan_Guru") for text in given_]
    assert np.array_equal(found, np.array(alone), equal_nan=True)
