"""Words of golden documents that are known to be the reference tokenizer's: their hash says so.

The golden files hold the words of 310 documents and the hash of the words of all 3,481. Where a simple rule gives words
with that hash, they are the reference's words, whatever the rule is; so the chain from words to fate can be compared on
1,493 documents. The rules: split at white space, our own segmenter, and Indic NLP's `trivial_tokenize` (0.92).
"""

import re
import string
from collections.abc import Iterable, Iterator

import pyarrow as pa
import xxhash

from corpusforge.text.segment import segmenter

_PUNCTUATION = re.compile(f"([{re.escape(string.punctuation)}\u0964\u0965\uaaf0\uaaf1\uabeb-\uabef\u1c7e\u1c7f])")
_NUMBER = re.compile(r"(?:[0-9]+ [,.:/] )+[0-9]+")


def words_hash(words: Iterable[str]) -> int:
    """What `words_xxh64` holds: xxh64 of the words, joined by U+001F."""
    return xxhash.xxh64_intdigest("\x1f".join(words).encode())


def punctuation_apart(text: str) -> list[str]:
    """Words by Indic NLP's `trivial_tokenize`: punctuation set apart, but not inside numbers."""
    spaced = re.sub(" +", " ", _PUNCTUATION.sub(r" \1 ", text.replace("\t", " "))).strip(" ")
    joined = _NUMBER.sub(lambda number: number.group().replace(" ", ""), spaced)
    return [word for part in joined.split(" ") if (word := part.strip())]


def proven_words(texts: list[str], hashes: list[int], given: list[list[str] | None]) -> Iterator[list[str] | None]:
    """Words of each text with the reference's hash, or None where neither `given` nor a rule has them."""
    ours = segmenter("unicode").words(pa.array(texts, pa.large_string())).to_lists()
    for text, expected, known, own in zip(texts, hashes, given, ours, strict=True):
        candidates = (known or [], own, punctuation_apart(text), text.split())
        yield next((words for words in candidates if words_hash(words) == expected), None)
