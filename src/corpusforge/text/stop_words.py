"""Stop words as texts can have them: without invisible marks, and as a segmenter cuts them."""

import unicodedata
from collections.abc import Iterable, Sequence

import pyarrow as pa

_ELISIONS = ("'", "\u2019", "\u02bc")
_JOINERS = "\u200c\u200d"


def clean_words(words: Iterable[str]) -> tuple[str, ...]:
    """Stop words without invisible characters that no word of a text has, each once, in the order given.

    Format characters (category Cf: direction marks, zero width spaces, byte order marks, soft hyphens) go; the joiners
    U+200C and U+200D stay inside a word, where Persian and Indic spelling needs them.
    """
    cleaned = []
    for word in words:
        kept = "".join(char for char in word if unicodedata.category(char) != "Cf" or char in _JOINERS)
        cleaned.append(kept.strip(f"{_JOINERS} \t\u00a0"))
    return tuple(dict.fromkeys(filter(None, cleaned)))


def cut_words(words: Sequence[str], use: str, code: str | None = None) -> dict[str, tuple[str, ...]]:
    """The words that the segmenter `use` never yields, each with what it yields instead where that word stands.

    Each is looked at between two other words, so a combining mark alone joins the space before it. Raises UserError for an
    unknown segmenter.
    """
    from corpusforge.text.segment import segmenter

    if not words:
        return {}
    found = segmenter(use, code).words(pa.array([f"a {word} a" for word in words], pa.large_string()))
    data = bytes(found.buffer)
    cut = {}
    for row, word in enumerate(words):
        spans = range(int(found.row_offsets[row]) + 1, int(found.row_offsets[row + 1]) - 1)
        pieces = tuple(data[int(found.starts[span]) : int(found.ends[span])].decode() for span in spans)
        if word not in pieces:
            cut[word] = pieces
    return cut


def matchable(words: Sequence[str], use: str, code: str | None = None) -> tuple[str, ...]:
    """Words to look for beside `words`, because these do not match as they are written.

    For a word that the segmenter cuts into one piece with letters and signs beside it (Tibetan དང་ into དང and ་, Maltese
    `l-` into l and -), that piece; for a word that is not in NFC, as nearly all web text is, its composed form. A word that
    is cut into several pieces with letters gives nothing: no piece of it says that the word was there; nor does an elided
    one (French `l'`), which texts write together with the next word.
    """
    composed = [unicodedata.normalize("NFC", word) for word in words]
    wanted = list(dict.fromkeys(composed))
    cut = cut_words(wanted, use, code)
    found = []
    for word in wanted:
        lettered = [piece for piece in cut.get(word, (word,)) if any(map(str.isalpha, piece))]
        if len(lettered) == 1 and not word.endswith(_ELISIONS):
            found.append(lettered[0])
    return tuple(word for word in dict.fromkeys(found) if word not in words)
