"""Samples: every format, duplicates, order, what is refused."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.calibrate.sample import _Least, read_sample
from corpusforge.errors import UserError

TEXTS = ["ਕਣਕ ਦੀ ਵਾਢੀ", "گندم کی کٹائی", "wheat\nharvest"]
LINES = "".join(json.dumps({"text": text}) + "\n" for text in TEXTS)


def _write(path: Path) -> Path:
    if path.name.endswith(".parquet"):
        pq.write_table(pa.table({"text": TEXTS}), path)
    elif path.name.endswith(".gz"):
        path.write_bytes(gzip.compress(LINES.encode()))
    elif path.name.endswith(".zst"):
        path.write_bytes(zstandard.compress(LINES.encode()))
    else:
        path.write_text(LINES)
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet"])
def test_every_format_gives_the_same_texts(tmp_path: Path, name: str) -> None:
    sample = read_sample([str(_write(tmp_path / name))])
    assert sorted(sample.texts) == sorted(TEXTS)
    assert sample.name == f"{tmp_path.name}/{name}"


def test_a_text_file_is_one_document(tmp_path: Path) -> None:
    for number, text in enumerate(TEXTS):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8-sig")
    (tmp_path / "3.txt.gz").write_bytes(gzip.compress(b"one more"))
    (tmp_path / "4.txt").write_text(" \n")
    for pattern in (str(tmp_path), f"{tmp_path}/*.txt*"):
        sample = read_sample([pattern])
        assert sorted(sample.texts) == sorted([*TEXTS, "one more"])
        assert sample.left_out == {"empty": 1}


def test_copies_are_counted_and_left_out(make_reference: Callable[[str, list[str]], Path]) -> None:
    sample = read_sample([str(make_reference("copies", ["a", "b", "a", "a"]))])
    assert (sorted(sample.texts), sample.duplicates, sample.seen) == (["a", "b"], 2, 4)


def test_of_a_large_sample_the_same_documents_are_taken_in_any_order() -> None:
    first, second = _Least(10), _Least(10)
    for number in range(100):
        first.add(str(number))
        second.add(str(99 - number))
    assert first.texts() == second.texts()
    assert (len(first.texts()), first.found) == (10, 100)


@given(st.lists(st.text(min_size=1), max_size=30), st.randoms(use_true_random=False))
def test_the_order_of_texts_does_not_count(texts: list[str], random) -> None:  # type: ignore[no-untyped-def]
    texts = [text.encode(errors="replace").decode() for text in texts]
    shuffled = list(texts)
    random.shuffle(shuffled)
    one, other = _Least(5), _Least(5)
    for left, right in zip(texts, shuffled, strict=True):
        one.add(left)
        other.add(right)
    assert one.texts() == other.texts()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "the file is empty"),
        ('{"body": "x"}\n', "no document with text (1 invalid_text)"),
        ('{"text": " "}\n', "1 empty_body"),
    ],
)
def test_nothing_to_read_is_an_error(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(UserError) as error:
        read_sample([str(path)])
    assert said in str(error.value)


def test_web_pages_are_no_sample(repository: Path) -> None:
    with pytest.raises(UserError, match="holds web pages"):
        read_sample(["sample://"])
