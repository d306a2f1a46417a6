"""What `simplify` makes of every code point, as tables: built from the running Python and the package `regex`.

The same sources as the published function uses, so the tables follow their Unicode versions.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import regex  # type: ignore[import-untyped]

from corpusforge.text.buffers import frozen
from corpusforge.text.characters import (
    CODE_POINTS,
    PUNCTUATION,
    SPACE,
    categories,
    category_code,
    every_character,
    flags,
)

# Actions up to LONGEST stand for themselves: so many UTF-8 bytes are written, those of `packed`; none for a mark that
# is dropped, whose `packed` says whether it is a nonspacing mark that other marks can pass when marks are put in order.
LONGEST = 4
GAP, DIGIT, SIGMA, SEVERAL, ORDERED = range(LONGEST + 1, LONGEST + 6)
ACTION = 0x0F  # the bits that hold one of the above
CASED = 0x40  # as str.lower takes it to tell a sigma at the end of a word
IGNORED = 0x80  # what str.lower passes over while it does

SIGMA_CODE, DOTTED_I = 0x3A3, 0x130
HEAD = 4  # bytes that precede the text of an entry of `pool`


class SimpleCharacters(NamedTuple):
    """One entry per code point in `actions` and `packed`; all arrays are read-only."""

    actions: np.ndarray  # uint8[0x110000]: an action, CASED, IGNORED
    packed: np.ndarray  # uint32[0x110000]: UTF-8 bytes, little-endian; for SEVERAL and ORDERED a place in `pool`
    # uint8, per entry: number of bytes; how many precede the marks at their end that may change places; the ranks
    # (canonical combining classes) of the first and the last of these, the first 0 after something that is dropped and
    # that marks cannot pass; bytes.
    pool: np.ndarray


@cache
def simple_characters() -> SimpleCharacters:
    """The tables; built on first use (about 0.2 s, with `flags`). Nonspacing marks (Mn) are dropped."""
    lower, dropped, ranks = _lower(), categories() == category_code("Mn"), ranks_of_marks()
    actions, packed = as_utf8(lower)
    gaps = (flags() & SPACE) != 0
    gaps[list(map(ord, PUNCTUATION))] = True
    pool = bytearray()
    for code, parts in _decomposed(lower, dropped):
        kept = [part for part in lower[parts].tolist() if not dropped[part]]
        actions[code], packed[code] = entry(kept, all(ranks[parts]), ranks, pool)
    actions[gaps[lower]] = GAP
    actions[list(map(ord, regex.findall(r"\p{Nd}", every_character())))] = DIGIT
    actions[SIGMA_CODE] = SIGMA
    return SimpleCharacters(frozen(actions | _casing()), frozen(packed), pool_array(pool))


def entry(kept: list[int], passed: bool, ranks: np.ndarray, pool: bytearray) -> tuple[int, int]:
    """(action, packed) of a code point of which `kept` is left; longer texts and marks are added to the pool.

    passed: whether other marks can pass it when marks are put in order.
    """
    written = "".join(map(chr, kept)).encode()
    loose = len(kept)
    while loose and ranks[kept[loose - 1]]:
        loose -= 1
    place = len(pool)
    if loose < len(kept):
        size = len("".join(map(chr, kept[:loose])).encode())
        pool += bytes([len(written), size, ranks[kept[loose]] if size or passed else 0, ranks[kept[-1]]]) + written
        return ORDERED, place
    if len(written) > LONGEST:
        pool += bytes([len(written), len(written), 0, 0]) + written
        return SEVERAL, place
    return len(written), int.from_bytes(written, "little") if written else int(passed)


def pool_array(pool: bytearray) -> np.ndarray:
    """The pool as a read-only array, of which a kernel may read a few bytes too many."""
    return frozen(np.frombuffer(bytes(pool) + bytes(8), np.uint8))


def _lower() -> np.ndarray:
    """uint32[0x110000]: each code point in lower case, alone. Only U+0130 has two: it is left for `_decomposed`."""
    text = every_character().replace(chr(SIGMA_CODE), chr(SIGMA_CODE + 0x20)).replace(chr(DOTTED_I), "i")
    lower = np.frombuffer(text.lower().encode("utf-32-le"), "<u4").copy()
    if len(lower) != CODE_POINTS:
        raise RuntimeError("this Python's str.lower lengthens characters that it was not known to lengthen")
    lower[DOTTED_I] = DOTTED_I
    return lower


def as_utf8(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(uint8 number of bytes, uint32 bytes, little-endian) of code points."""
    codes = codes.astype(np.uint32)
    one, two, three = codes < 0x80, codes < 0x800, codes < 0x10000
    tail = [0x80 | codes >> shift & 0x3F for shift in (0, 6, 12)]
    packed = 0xF0 | codes >> 18 | tail[2] << 8 | tail[1] << 16 | tail[0] << 24
    packed = np.where(three, 0xE0 | codes >> 12 | tail[1] << 8 | tail[0] << 16, packed)
    packed = np.where(two, 0xC0 | codes >> 6 | tail[0] << 8, packed)
    lengths = 4 - three.astype(np.uint8) - two - one
    return lengths.astype(np.uint8), np.where(one, codes, packed).astype(np.uint32)


def decompositions() -> dict[int, list[int]]:
    """The canonical decomposition (NFD) of the code points that have one."""
    codes = np.frombuffer(every_character().encode("utf-32-le"), "<u4")
    found = _decomposed(codes, np.zeros(CODE_POINTS, bool))
    return {code: parts for code, parts in found if parts != [codes[code]]}


def _decomposed(codes: np.ndarray, dropped: np.ndarray) -> Iterator[tuple[int, list[int]]]:
    """(index, canonical decomposition) of those that decompose, are marks or dropped."""
    apart = np.zeros(2 * len(codes), "<u4")  # each between two U+0000, so that nothing moves from one to the next
    apart[1::2] = codes
    parts = np.frombuffer(unicodedata.normalize("NFD", apart.tobytes().decode("utf-32-le")).encode("utf-32-le"), "<u4")
    ends = np.append(np.flatnonzero(parts[1:] == 0)[1:] + 1, len(parts))  # U+0000 itself is the first of all
    starts = np.append(1, ends[:-1] + 1)
    changed = (ends - starts != 1) | (parts[starts] != codes) | (categories()[codes] >> 8 == ord("M"))
    changed |= dropped[codes]
    for index in np.flatnonzero(changed).tolist():
        yield index, parts[starts[index] : ends[index]].tolist()


def ranks_of_marks() -> np.ndarray:
    """uint8[0x110000]: the canonical combining class of every code point; only marks have one."""
    ranks = np.zeros(CODE_POINTS, np.uint8)
    marks = np.flatnonzero(categories() >> 8 == ord("M"))
    ranks[marks] = [unicodedata.combining(chr(code)) for code in marks]
    return ranks


def _casing() -> np.ndarray:
    """uint8[0x110000]: CASED and IGNORED, as str.lower itself shows them by how it ends a word in a sigma.

    Looked at are letters, marks, numbers, symbols and the rest but for ideographs and the like, which have no case.
    """
    kinds = np.isin(categories(), list(map(category_code, ("Lo", "Cn", "Co", "Cs"))), invert=True)
    kinds[:0x3000] = True
    kinds[0x20] = False  # it sets the others apart
    codes = np.flatnonzero(kinds)
    characters = [every_character()[code] for code in codes]
    alone = _ends_in_final_sigma(f"{character}\u03a3" for character in characters)
    after_letter = _ends_in_final_sigma(f"a{character}\u03a3" for character in characters)
    casing = np.zeros(CODE_POINTS, np.uint8)
    casing[codes] = np.where(alone, CASED, np.where(after_letter, IGNORED, 0))
    return casing


def _ends_in_final_sigma(words: Iterable[str]) -> np.ndarray:
    lower = np.frombuffer(" ".join([*words, ""]).lower().encode("utf-32-le"), "<u4")
    final: np.ndarray = lower[np.flatnonzero(lower == 0x20) - 1] == SIGMA_CODE + 0x1F
    return final
