import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.dedup.signature import Sketch
from corpusforge.errors import UserError
from corpusforge.text.segment import segmenter
from corpusforge.text.simplify import simplify
from corpusforge.text.words import Words

# Languages whose published tokenizer, on simplified text, does no more than split at white space and set dandas apart.
SPLIT_AT_SPACES = [
    *["hin_Deva", "pan_Guru", "tel_Telu", "guj_Gujr", "tam_Taml", "kan_Knda", "mar_Deva", "ben_Beng", "mal_Mlym"],
    *["npi_Deva", "lav_Latn", "eus_Latn", "hye_Armn", "chr_Cher", "kab_Latn", "ell_Grek", "heb_Hebr", "rus_Cyrl"],
    *["fra_Latn", "tur_Latn"],
]


def by_definition(words, sketch):
    """The definition in Python integers."""
    shingles = [" ".join(words[i : i + sketch.words]) for i in range(len(words) - sketch.words + 1)]
    if not shingles:
        return None
    a, b = (array.tolist() for array in sketch.permutations)
    hashes = [xxhash.xxh64_intdigest(shingle.encode()) for shingle in shingles]
    return [min((h * x + y) % 2**64 % (2**61 - 1) for h in hashes) for x, y in zip(a, b, strict=True)]


def test_the_published_first_coefficients():
    a, b = Sketch().permutations
    assert (len(a), len(b)) == (112, 112)
    assert (int(a[0]), int(b[0])) == (775169054918279404, 1062448801025099917)


def test_the_threshold_is_where_a_band_is_as_likely_as_not():
    assert Sketch().threshold == pytest.approx(0.7190, abs=5e-5)


WORD = st.one_of(st.sampled_from(["ਦੇ", "ਹੈ", "0", "a"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(WORD, max_size=12), max_size=4),
    st.sampled_from([Sketch(), Sketch(bands=3, rows=2, words=1, seed=9)]),
)
def test_a_signature_is_its_definition(rows, sketch):
    found = sketch.signatures_from_words(Words.from_lists(rows))
    assert found.type == pa.list_(pa.uint64(), sketch.hashes)
    assert found.to_pylist() == [by_definition(words, sketch) for words in rows]


def test_golden_signatures_of_languages_with_plain_tokenizers(documents):
    rows = documents.filter(pc.is_in(documents["lang"], pa.array(SPLIT_AT_SPACES)))
    words = [re.sub("([।॥])", r" \1 ", text).split() for text in simplify(rows["text"]).to_pylist()]
    found = Sketch().signatures_from_words(Words.from_lists(words))
    assert len(found) == 1202
    assert found.to_pylist() == [signature or None for signature in rows["minhash_sig"].to_pylist()]


def test_texts_go_through_simplification_and_the_segmenter():
    texts = pa.array(["The CAT sat, on 12 mats!", "the cat sat on 0 mats", "too short", None], pa.large_string())
    found = Sketch().signatures(texts, segmenter("unicode"))
    words = ["the", "cat", "sat", "on", "0", "mats"]
    assert found.to_pylist() == [by_definition(words, Sketch())] * 2 + [None, None]


def test_the_kind_decides_how_texts_are_simplified():
    texts = pa.array(["ਮੈਂ ਕੀ ਦਾ ਹੈ ਨੂੰ", "ਮੈਂ ਕੀ ਦਾ ਹੈ ਨੇ", "ਮ ਕੀ ਦਾ ਹ ਨ"], pa.large_string())
    published = Sketch(kind="datatrove").signatures(texts, segmenter("unicode")).to_pylist()
    assert published[0] == published[1] == published[2]
    ours = Sketch(kind="corpusforge").signatures(texts, segmenter("unicode")).to_pylist()
    assert ours == [by_definition(text.split(), Sketch()) for text in texts.to_pylist()]


def test_five_words_are_enough_and_four_are_not():
    found = Sketch().signatures_from_words(Words.from_lists([list("abcde"), list("abcd"), []]))
    assert found.is_valid().to_pylist() == [True, False, False]


def test_a_matrix_is_read_from_slices_chunks_and_nulls():
    sketch = Sketch(bands=2, rows=1, words=1)
    column = pa.array([[1, 2], None, [3, 4], [5, 6]], pa.list_(pa.uint64(), 2))
    for signatures in (column.slice(1), pa.chunked_array([column.slice(1, 1), column.slice(2)])):
        matrix, valid = sketch.matrix(signatures)
        assert valid.tolist() == [False, True, True]
        assert matrix[1:].tolist() == [[3, 4], [5, 6]]
    assert sketch.matrix(column.slice(0, 0))[0].shape == (0, 2)
    assert sketch.matrix(pa.chunked_array([], column.type))[0].shape == (0, 2)


def test_a_matrix_survives_parquet(tmp_path):
    sketch = Sketch(bands=2, rows=1, words=1)
    pq.write_table(pa.table({"s": sketch.signatures_from_words(Words.from_lists([["a"], []]))}), tmp_path / "s.parquet")
    matrix, valid = sketch.matrix(pq.read_table(tmp_path / "s.parquet")["s"])
    assert matrix[0].tolist() == by_definition(["a"], sketch)
    assert valid.tolist() == [True, False]


def test_a_matrix_of_another_sketch_is_refused():
    with pytest.raises(ValueError, match="lists of 112 uint64"):
        Sketch().matrix(pa.array([[1, 2]], pa.list_(pa.uint64(), 2)))


def test_wrong_settings_are_refused():
    with pytest.raises(UserError, match="unknown kind of signature 'simhash'; known: corpusforge, datatrove"):
        Sketch(kind="simhash")
    with pytest.raises(UserError, match="signature rows must be at least 1, not 0"):
        Sketch(rows=0)


def test_a_signature_does_not_depend_on_its_neighbours(documents):
    words = [text.split() for text in simplify(documents["text"].slice(0, 40)).to_pylist()]
    together = Sketch().signatures_from_words(Words.from_lists(words)).to_pylist()
    alone = [Sketch().signatures_from_words(Words.from_lists([row])).to_pylist()[0] for row in words]
    assert together == alone
    assert np.array(together[0]).max() < 2**61 - 1
