"""Lines are those of `split("\\n")`; taking some out leaves the others joined."""

import re
import unicodedata

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.dedup.line_identity import lines, spans_without

TEXT = st.text(alphabet="ab1\n ਕ𝟙é\u00a0")


def by_hand(line: str) -> str:
    """The normal form, by Python's own tables."""
    spaced = re.sub(r"\s+", " ", unicodedata.normalize("NFC", line)).strip().lower()
    return re.sub(r"\d+", "0", spaced)


@given(st.lists(st.none() | TEXT, max_size=6), st.integers(1, 6), st.integers(0, 3))
def test_lines_are_those_of_split(texts: list[str | None], min_chars: int, skipped: int) -> None:
    column = pa.array(["x\ny"] * skipped + texts, pa.large_string())[skipped:]
    found = lines(column, min_chars)
    expected = [(row, line) for row, text in enumerate(texts) for line in (text or "").split("\n")]
    written = [(text or "").encode() for text in texts]
    seen = [
        (row, written[row][start:end].decode())
        for row, start, end in zip(*map(list, found[:3]), strict=True)  # type: ignore[arg-type]
    ]
    assert seen == expected
    normal = [by_hand(line) for _, line in expected]
    long = [len(one) >= min_chars and any(letter.isalpha() for letter in one) for one in normal]
    assert found.long.tolist() == long
    hashes = dict(
        zip(
            (one for one, is_long in zip(normal, long, strict=True) if is_long),
            found.hash[found.long].tolist(),
            strict=False,
        )
    )
    for one, is_long, value in zip(normal, long, found.hash.tolist(), strict=True):
        assert value == (hashes[one] if is_long else 0)
    assert len(set(hashes.values())) == len(hashes)


@given(TEXT, st.lists(st.booleans(), min_size=1, max_size=4))
def test_lines_taken_out(text: str, pattern: list[bool]) -> None:
    listed = text.split("\n")
    gone = [pattern[number % len(pattern)] for number in range(len(listed))]
    found = lines(pa.array([text], pa.large_string()), 1)
    rest, position = [], 0
    for start, end in spans_without(found.start.tolist(), found.end.tolist(), gone):
        assert start >= position
        rest.append(text.encode()[position:start])
        position = end
    rest.append(text.encode()[position:])
    left = [line for line, out in zip(listed, gone, strict=True) if not out]
    assert b"".join(rest).decode() == "\n".join(left)


def test_what_makes_lines_the_same() -> None:
    same = ["  Read 12 comments\there ", "read 3\u00a0comments here\r", "READ ੧੨੩ COMMENTS HERE"]
    other = ["read comments here", "| --- | --- | --- |", "2024-01-01 12:00:00 +0000"]
    found = lines(pa.array(["\n".join([*same, *other])], pa.large_string()), 15)
    assert len(set(found.hash[:3].tolist())) == 1 and found.long.tolist() == [True] * 4 + [False] * 2
    assert found.hash[3] != found.hash[0]


def test_hostile_texts() -> None:
    huge = "a" * 3_000_000
    found = lines(
        pa.array(["\n" * 1_000_000, huge, f"{huge}\n{huge}", "\r\n\x00\x85\u2028", ""], pa.large_string()), 20
    )
    assert len(found.text) == 1_000_001 + 1 + 2 + 2 + 1
    assert found.long.sum() == 3 and len(set(found.hash[found.long].tolist())) == 1
