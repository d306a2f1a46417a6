import re
import unicodedata
from functools import reduce

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.dedup.own_shingles import own_words
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


LETTERS = str.maketrans("0123456789", "ghijklmnop")
PUBLISHED = Sketch("datatrove")
OURS = Sketch("corpusforge")


def by_definition(words, sketch=PUBLISHED):
    """The definition of kind `datatrove` in Python integers."""
    shingles = [" ".join(words[i : i + sketch.words]) for i in range(len(words) - sketch.words + 1)]
    if not shingles:
        return None
    a, b = (array.tolist() for array in sketch.permutations)
    hashes = [xxhash.xxh64_intdigest(shingle.encode()) for shingle in shingles]
    return [min((h * x + y) % 2**64 % (2**61 - 1) for h in hashes) for x, y in zip(a, b, strict=True)]


def hash_of_word(word):
    """xxh64 of its bytes, and zeros up to a multiple of 8."""
    return xxhash.xxh64_intdigest(word.encode().ljust(-(-len(word.encode()) // 8) * 8, bytes(1)))


def our_definition(words, sketch=OURS):
    """The definition of kind `corpusforge` in Python integers, of simplified words."""
    hashes = list(map(hash_of_word, words))
    runs = [hashes[i : i + sketch.words] for i in range(len(hashes) - sketch.words + 1)]
    return filled([reduce(lambda value, one: value * 0x9E3779B185EBCA87 + one, run) % 2**64 for run in runs], sketch)


def filled(shingles, sketch):
    """Every round to its end, and the least of each place."""
    if not shingles:
        return None
    places = sketch.hashes
    salt = np.random.RandomState(sketch.seed).randint(0, 2**64, dtype=np.uint64, size=2 * places).tolist()
    found = [[] for _ in range(places)]
    for number in range(2 * places):
        for shingle in set(shingles):
            z = shingle ^ salt[number]
            z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 % 2**64
            z = (z ^ z >> 27) * 0x94D049BB133111EB % 2**64
            z ^= z >> 31
            place = (z >> 32) * places >> 32 if number < places else number - places
            found[place].append((number, z % 2**32))
    return [number * 2**32 + low for number, low in map(min, found)]


def test_the_published_first_coefficients():
    a, b = PUBLISHED.permutations
    assert (len(a), len(b)) == (112, 112)
    assert (int(a[0]), int(b[0])) == (775169054918279404, 1062448801025099917)


def test_the_threshold_is_where_a_band_is_as_likely_as_not():
    assert Sketch().threshold == pytest.approx(0.7190, abs=5e-5)


WORD = st.one_of(st.sampled_from(["ਦੇ", "ਹੈ", "0", "a"]), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(WORD, max_size=12), max_size=4),
    st.sampled_from([PUBLISHED, Sketch("datatrove", bands=3, rows=2, words=1, seed=9)]),
)
def test_a_signature_is_its_definition(rows, sketch):
    found = sketch.signatures_from_words(Words.from_lists(rows))
    assert found.type == pa.list_(pa.uint64(), sketch.hashes)
    assert found.to_pylist() == [by_definition(words, sketch) for words in rows]


def test_golden_signatures_of_languages_with_plain_tokenizers(documents):
    rows = documents.filter(pc.is_in(documents["lang"], pa.array(SPLIT_AT_SPACES)))
    words = [re.sub("([।॥])", r" \1 ", text).split() for text in simplify(rows["text"]).to_pylist()]
    found = PUBLISHED.signatures_from_words(Words.from_lists(words))
    assert len(found) == 1202
    assert found.to_pylist() == [signature or None for signature in rows["minhash_sig"].to_pylist()]


def test_texts_go_through_simplification_and_the_segmenter():
    texts = pa.array(["The CAT sat, on 12 mats!", "the cat sat on 0 mats", "too short", None], pa.large_string())
    words = ["the", "cat", "sat", "on", "0", "mats"]
    for sketch, definition in ((PUBLISHED, by_definition), (OURS, our_definition)):
        found = sketch.signatures(texts, segmenter("unicode"))
        assert found.to_pylist() == [definition(words)] * 2 + [None, None]


def test_the_kind_decides_what_is_dropped():
    texts = pa.array(["ਮੈਂ ਕੀ ਦਾ ਹੈ ਨੂੰ", "ਮੈਂ ਕੀ ਦਾ ਹੈ ਨੇ", "ਮ ਕੀ ਦਾ ਹ ਨ"], pa.large_string())
    published = PUBLISHED.signatures(texts, segmenter("unicode")).to_pylist()
    assert published[0] == published[1] == published[2]
    ours = OURS.signatures(texts, segmenter("unicode")).to_pylist()
    assert ours == [our_definition(text.split()) for text in texts.to_pylist()]


def test_five_words_are_enough_and_four_are_not():
    for sketch in (PUBLISHED, OURS):
        found = sketch.signatures_from_words(Words.from_lists([list("abcde"), list("abcd"), []]))
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
    sketch = Sketch("datatrove", bands=2, rows=1, words=1)
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


@pytest.mark.parametrize("sketch", [PUBLISHED, OURS])
def test_a_signature_does_not_depend_on_its_neighbours(documents, sketch):
    words = [text.split() for text in simplify(documents["text"].slice(0, 40)).to_pylist()]
    together = sketch.signatures_from_words(Words.from_lists(words)).to_pylist()
    alone = [sketch.signatures_from_words(Words.from_lists([row])).to_pylist()[0] for row in words]
    assert together == alone
    assert np.array(together[0]).max() < 2**61 - 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["ਦੇ", "ਹੈ", "a", "b", "c"]), max_size=30), max_size=4),
    st.sampled_from([OURS, Sketch("corpusforge", bands=3, rows=2, words=1, seed=9)]),
)
def test_a_signature_of_our_kind_is_its_definition(rows, sketch):
    found = sketch.signatures_from_words(Words.from_lists(rows))
    assert found.type == pa.list_(pa.uint64(), sketch.hashes)
    assert found.to_pylist() == [our_definition(words, sketch) for words in rows]


def test_many_shingles_of_which_few_differ():
    words = ["a", "b", "c", "d", "e", "f"] * 500
    assert OURS.signatures_from_words(Words.from_lists([words])).to_pylist() == [our_definition(words)]


@pytest.mark.parametrize("sketch", [PUBLISHED, OURS])
@pytest.mark.parametrize(("common", "own"), [(1, 1), (8, 2), (30, 10), (400, 50), (900, 900)])
def test_the_share_of_equal_hashes_is_the_similarity(sketch, common, own):
    # Sets of single words: common / (common + 2 own) of them are in both. 200 pairs, at 5 standard errors.
    one = Sketch(sketch.kind, words=1)
    rows = []
    for pair in range(200):
        both = [f"{pair}c{number}".translate(LETTERS) for number in range(common)]
        for side in "xy":
            rows.append(both + [f"{pair}{side}{number}".translate(LETTERS) for number in range(own)])
    matrix, _ = one.matrix(one.signatures_from_words(Words.from_lists(rows)))
    equal = (matrix[::2] == matrix[1::2]).mean(axis=1)
    similarity = common / (common + 2 * own)
    assert equal.mean() == pytest.approx(similarity, abs=5 * one.standard_error(similarity) / 200**0.5)
    bound = 1.25 if sketch is PUBLISHED or common + own > 100 else 0.9  # 5 standard errors of its own, of 0.71 then
    assert equal.std() <= bound * one.standard_error(similarity)


def test_words_cut_before_need_not_be_cut_again():
    texts = pa.array(["Ein Satz, der fünf Wörter hat.", "不要再切一次这些词语", None], pa.large_string())
    split = segmenter("unicode")
    assert OURS.signatures(texts, split, split.words(texts)).equals(OURS.signatures(texts, split))


def test_exact_similarity_is_of_the_shingles_of_the_signature():
    texts = pa.array(["one, two - three four five six one two three four five six", "too short"], pa.large_string())
    sets = OURS.shingle_sets(texts, segmenter("unicode")).to_pylist()
    words = ["one", "two", "three", "four", "five", "six"]
    hashes = list(map(hash_of_word, words * 2))
    runs = {tuple(hashes[i : i + 5]) for i in range(8)}
    assert sets == [sorted(sum(w * 0x9E3779B185EBCA87 ** (4 - j) for j, w in enumerate(r)) % 2**64 for r in runs), []]
    assert OURS.signatures(texts, segmenter("unicode")).to_pylist() == [filled(sets[0], OURS), None]


# Where composition matters to how words are cut: Japanese, Korean beside Latin, Burmese, Thai marks in another order.
CUT = [
    "ガラスのデザインがプロジェクト",
    "\u2df1\U00016ff0\u0e2c",
    "IT기업과 한글abc",
    "ဦးလေး မြန်မာနိုင်ငံ",
    "ผู้ใหญ่บ้าน",
    "豈更車 漢字",
    "中国的≠文化é",
]
TEXTS = st.text(
    st.one_of(
        st.sampled_from(
            "がぎかキガ\u3099\u309a한국기업ab1é\u0301\u0323 .中国豈更≠=ไทยผู้ใ\u0e48\u0e38ဥ\u102eဦမြန့\u103a\u1037्क़क"
        ),
        st.characters(categories=["L", "N", "P", "S", "Zs"]),
    )
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(TEXTS, st.sampled_from(CUT)), st.sampled_from(["unicode", "icu"]))
def test_composed_and_decomposed_texts_have_the_same_words(text, use):
    forms = [text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))]
    found = own_words(pa.array(forms, pa.large_string()), segmenter(use))
    first, second, third = np.split(found.hashes, found.row_offsets[1:-1])
    assert first.tolist() == second.tolist() == third.tolist()


def test_other_forms_among_other_texts_keep_their_places():
    composed = ["one two", *CUT, "", "three"]
    texts = [composed[0], *(unicodedata.normalize("NFD", text) for text in CUT), None, "three"]
    found, expected = (own_words(pa.array(rows, pa.large_string()), segmenter("unicode")) for rows in (texts, composed))
    assert found.row_offsets.tolist() == expected.row_offsets.tolist()
    assert found.hashes.tolist() == expected.hashes.tolist()
    assert found.row_offsets[1] == 2 and found.recut.any()
