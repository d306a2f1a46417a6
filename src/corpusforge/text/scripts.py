"""The script that a text is written in, as an ISO 15924 code.

It is the script of most letters (Unicode general category L). Han, Hiragana and Katakana count as one:
`Jpan` when at least one letter in 20 of them is kana, so that a の in a Chinese shop sign does not make a text
Japanese, else `Hani`. Hangul is `Hang`, with or without Han characters beside it. Of scripts with equally
many letters the first in the alphabet of the codes wins.
"""

from functools import lru_cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

KANA_SHARE = 20  # one letter in so many
_HAN, _HIRAGANA, _KATAKANA, _JAPANESE = "Hani", "Hira", "Kana", "Jpan"


def scripts(texts: pa.LargeStringArray) -> pa.StringArray:
    """Script of each text: string[n]; null for a null and for a text without letters."""
    table, codes = script_table()
    _, offsets, data = texts.buffers()
    starts = np.frombuffer(offsets, np.int64, len(texts) + 1, 8 * texts.offset)
    letters = np.frombuffer(data if data is not None else b"", np.uint8)
    kana = np.array([codes.index(_HIRAGANA), codes.index(_KATAKANA)])
    han, japanese = codes.index(_HAN), codes.index(_JAPANESE)
    found = _most_frequent(starts, letters, table, len(codes), han, kana, japanese)
    absent = pc.is_null(texts).to_numpy(zero_copy_only=False)
    indices = pa.array(found, pa.int16(), mask=absent | (found < 0))
    return pa.array(codes, pa.string()).take(indices)


def script_of(text: str) -> str | None:
    """Script of one text, or None for a text without letters."""
    found: str | None = scripts(pa.array([text], pa.large_string()))[0].as_py()
    return found


def letters_of(script: str) -> tuple[str, ...]:
    """The scripts of the letters that a text in `script` consists of: Han and kana for Jpan, else itself."""
    return (_HAN, _HIRAGANA, _KATAKANA) if script == _JAPANESE else (script,)


@lru_cache
def script_table() -> tuple[np.ndarray, list[str]]:
    """Number of each code point's script, int16 (-1: no letter), up to the last letter; the scripts' codes."""
    lines = (files("corpusforge.text") / "scripts.tsv").read_text(encoding="ascii").splitlines()
    ranges = [(int(first, 16), int(last, 16), script) for first, last, script in map(str.split, lines)]
    codes = sorted({script for *_, script in ranges} | {_JAPANESE})
    table = np.full(ranges[-1][1] + 1, -1, np.int16)
    for first, last, script in ranges:
        table[first : last + 1] = codes.index(script)
    return table, codes


@njit(cache=True, nogil=True)
def _most_frequent(
    starts: np.ndarray,
    letters: np.ndarray,
    table: np.ndarray,
    n_codes: int,
    han: int,
    kana: np.ndarray,
    japanese: int,
) -> np.ndarray:
    """Number of each text's script, int16, -1 for none. `letters` is valid UTF-8, as Arrow guarantees."""
    found = np.empty(len(starts) - 1, np.int16)
    counts = np.empty(n_codes, np.int64)
    for row in range(len(found)):
        counts[:] = 0
        place = starts[row]
        while place < starts[row + 1]:
            lead = letters[place]
            if lead < 0x80:
                code = np.int64(lead)
                place += 1
            elif lead < 0xE0:
                code = (np.int64(lead & 0x1F) << 6) | (letters[place + 1] & 0x3F)
                place += 2
            elif lead < 0xF0:
                code = (np.int64(lead & 0x0F) << 12) | (np.int64(letters[place + 1] & 0x3F) << 6)
                code |= letters[place + 2] & 0x3F
                place += 3
            else:
                code = (np.int64(lead & 0x07) << 18) | (np.int64(letters[place + 1] & 0x3F) << 12)
                code |= (np.int64(letters[place + 2] & 0x3F) << 6) | (letters[place + 3] & 0x3F)
                place += 4
            if code < len(table) and table[code] >= 0:
                counts[table[code]] += 1
        kanas = counts[kana[0]] + counts[kana[1]]
        counts[kana[0]] = 0
        counts[kana[1]] = 0
        counts[han] += kanas
        best = 0
        for script in range(n_codes):
            if counts[script] > counts[best]:
                best = script
        if counts[best] == 0:
            found[row] = -1
        elif best == han and kanas * KANA_SHARE >= counts[han]:
            found[row] = japanese
        else:
            found[row] = best
    return found
