"""Text reduced to what near-duplicates share, for hashing only: never stored, never shown."""

import re
import unicodedata
from functools import cache

import pyarrow as pa
import regex  # type: ignore[import-untyped]

from corpusforge.text.buffers import Texts
from corpusforge.text.characters import PUNCTUATION

# A number in any script, with at most one decimal separator.
NUMBER = regex.compile(r"\p{Nd}+(?:[.,،٫⎖⎗⎘]\p{Nd}+)?")
MARKS = re.compile(f"[{re.escape(''.join(PUNCTUATION))}]+")
TO_SPACE = str.maketrans(dict.fromkeys(PUNCTUATION, " "))


def simplify(texts: Texts) -> pa.LargeStringArray:
    """Simplify each text as the published MinHash pipeline does; a null becomes an empty text.

    In this order (datatrove 0.10.1, utils/text.py, simplify_text): lower case; a number in any script
    becomes "0"; punctuation becomes a space; runs of white space become one space; canonical decomposition,
    and marks of category Mn are dropped. The last step also removes vowel signs, viramas and nasal marks of
    Indic scripts, so distinct words
    merge: acceptable for finding near-duplicates, and for nothing else.
    """
    return pa.array([_simplify(text or "") for text in texts.to_pylist()], pa.large_string())


def _simplify(text: str) -> str:
    text = NUMBER.sub("0", text.lower())
    # The same up to runs of spaces; each form is several times as fast as the other on its kind of text.
    text = text.translate(TO_SPACE) if text.isascii() else MARKS.sub(" ", text)
    text = " ".join(text.split())
    if text.isascii():
        return text
    return unicodedata.normalize("NFD", text).translate(_dropped()).strip()


@cache
def _dropped() -> dict[int, None]:
    """Every nonspacing mark (category Mn), mapped to nothing."""
    return {code: None for code in range(0x110000) if unicodedata.category(chr(code)) == "Mn"}
