"""Our own prediction beside the package fasttext-predict: same labels in the same order, scores to 1e-5."""

import random
from functools import cache
from pathlib import Path

import fasttext
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import REPOSITORY
from tests.golden.conftest import Golden
from tests.models.fasttext_models import HIERARCHICAL, ONE_VS_ALL, Shape, write_model

from corpusforge.errors import UserError
from corpusforge.models.fasttext import FastTextModel
from corpusforge.models.fasttext_file import read_fasttext
from corpusforge.models.load import load_model

ARTICLES = sorted((REPOSITORY / "sample_crawl" / "articles").glob("*/*.txt"))
SHAPES = {
    "softmax": Shape(),
    "hierarchical": Shape(HIERARCHICAL),
    "one-vs-all": Shape(ONE_VS_ALL),
    "two labels": Shape(HIERARCHICAL, labels=2),
    "no n-grams": Shape(most=0, least=0),
    "single characters": Shape(least=1, most=1),
    "long n-grams": Shape(HIERARCHICAL, least=3, most=6, dim=16),
    "word pairs": Shape(word_ngrams=2),
    "word triples": Shape(HIERARCHICAL, word_ngrams=3, most=0, least=0),
    "pruned": Shape(kept=0.3),
    "pruned word pairs": Shape(kept=0.3, word_ngrams=2),
    "no line end": Shape(words=("the", "ਹੈ")),
}
PIECES = [
    "the",
    "and",
    "ਹੈ",
    "ਪੰਜਾਬੀ",
    "на",
    "の",
    "日本語",
    "</s>",
    "__label__1",
    "__label__q",
    "__x",
    "🙂",
    "e\u0301",
    "<",
    ">",
]
WHITE = [" ", "  ", "\n", "\t", "\r\n", "\v", "\f", "\0", "\u00a0", "\u3000"]
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES + WHITE), max_size=30).map("".join),
)


@cache
def library(path: Path) -> "fasttext.FastText._FastText":
    return fasttext.load_model(str(path)).f


def theirs(path: Path, text: str, threshold: float) -> list[tuple[str, float]]:
    found = library(path).predict(f"{text.replace(chr(10), ' ')}\n", -1, threshold, "strict")
    return [(label.removeprefix("__label__"), score) for score, label in found]


def assert_same(model: FastTextModel, text: str, threshold: float) -> None:
    expected = theirs(model.path, text, threshold)
    (found,) = model.predict([text], -1, threshold)
    if not expected:
        # The library lists nothing below the threshold, or without a single vector; we name the best label, if any.
        expected = theirs(model.path, text, -1.0)[: len(found)]
        assert len(found) <= 1
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)
    for (label, score), (other, _) in zip(found, expected, strict=True):
        if label != other:  # a tie
            assert score == pytest.approx(dict(theirs(model.path, text, -1.0))[label], abs=1e-6)


@given(texts)
@settings(max_examples=300, deadline=None)
def test_lid176_on_any_text(text: str) -> None:
    assert_same(load_model("lid176"), text, 0.01)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.stem)
def test_lid176_on_articles(article: Path) -> None:
    assert_same(load_model("lid176"), article.read_text(encoding="utf-8"), 0.01)


def test_lid176_on_every_golden_document(golden: Golden) -> None:
    documents = pl.read_parquet(golden("filters_golden.parquet"), columns=["text"])["text"].to_list()
    model = load_model("lid176")
    ours = model.predict(documents, -1, 0.01)
    for text, found in zip(documents, ours, strict=True):
        expected = theirs(model.path, text, 0.01)
        if expected:
            assert [label for label, _ in found] == [label for label, _ in expected]
            assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)


@pytest.fixture(scope="module", params=SHAPES)
def invented(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> FastTextModel:
    path = tmp_path_factory.mktemp("models") / "model.bin"
    return FastTextModel("invented", write_model(path, SHAPES[request.param], seed=len(request.param)))


@given(texts, st.sampled_from([-1.0, 0.0, 0.01, 0.3, 0.9]))
@settings(max_examples=60, deadline=None)
def test_models_of_every_kind(invented: FastTextModel, text: str, threshold: float) -> None:
    assert_same(invented, text, threshold)


def test_spans_are_read_as_one_line_and_no_byte_beside_them() -> None:
    model = load_model("lid176")
    text = "Das ist ein Satz. ਇਹ ਪੰਜਾਬੀ ਹੈ। Und noch einer.".encode()
    cut = [text.index("ਇ".encode()), text.index(b"U")]
    starts, ends = np.array([0, cut[1], cut[0]]), np.array([cut[0], len(text), cut[1]])
    found = model.predict_spans(np.frombuffer(text, np.uint8), np.array([0, 2, 3]), starts, ends, 1, 0.0)
    parts = ["Das ist ein Satz. Und noch einer.", "ਇਹ ਪੰਜਾਬੀ ਹੈ। "]
    expected = [one for (one,) in model.predict(parts)]
    assert [model.labels[label] for label in found.labels] == [label for label, _ in expected] == ["de", "pa"]
    assert found.scores.tolist() == [score for _, score in expected]


def test_a_dense_matrix_stays_in_the_file(tmp_path: Path) -> None:
    file = read_fasttext(write_model(tmp_path / "model.bin", Shape(bucket=10_000), seed=1))
    assert np.shares_memory(file.input, file.data) and not file.data.flags.writeable


def test_a_cut_file_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    data = write_model(tmp_path / "model.bin", Shape(kept=0.5), seed=2).read_bytes()
    cut = tmp_path / "cut.bin"
    for size in [*range(1, 400), *random.Random(3).sample(range(400, len(data)), 100)]:
        cut.write_bytes(data[:size])
        with pytest.raises(UserError, match=r"cut\.bin: not a fastText model"):
            read_fasttext(cut)


def test_word_vectors_are_no_classifier(tmp_path: Path) -> None:
    path = write_model(tmp_path / "model.bin", Shape(), seed=4)
    data = bytearray(path.read_bytes())
    data[8 + 7 * 4] = 2  # skipgram
    path.write_bytes(data)
    with pytest.raises(UserError, match="holds word vectors"):
        read_fasttext(path)
