"""The word break class of every code point (UAX #29, table 3), and which ones ICU segments with a dictionary.

`word_break.tsv` holds ranges of code points, first and last in hexadecimal, with their Word_Break property in
Unicode 17.0 (Unicode Character Database, through the package regex 2026.11.15, less what ICU 78.3 does not know
yet). `+Pictographic` marks Extended_Pictographic, and `Dictionary` what ICU leaves to dictionaries: Line_Break =
Complex_Context, Han, Hiragana, Katakana and Hangul syllables.
"""

from functools import cache
from importlib.resources import files

import numpy as np

from corpusforge.text.buffers import frozen
from corpusforge.text.characters import CODE_POINTS, SPACE, flags

ICU_MAJOR = 78  # the ICU version of this Unicode version: its rules were compared with ours

OTHER, CR, LF, NEWLINE, EXTEND, ZWJ, FORMAT, REGIONAL_INDICATOR, HEBREW_LETTER, A_LETTER = range(10)
SINGLE_QUOTE, DOUBLE_QUOTE, MID_NUM_LET, MID_LETTER, MID_NUM, NUMERIC, EXTEND_NUM_LET, W_SEG_SPACE = range(10, 18)
DICTIONARY = 18
CLASS = 0x1F  # the bits that hold one of the above
PICTOGRAPHIC = 0x20
WHITE = 0x40  # str.isspace
INSIDE = 0x80  # never parts from the character before it where that is a letter, a digit, a connector or a mark of one

_NAMES = {
    "Other": OTHER,
    "CR": CR,
    "LF": LF,
    "Newline": NEWLINE,
    "Extend": EXTEND,
    "ZWJ": ZWJ,
    "Format": FORMAT,
    "Regional_Indicator": REGIONAL_INDICATOR,
    "Hebrew_Letter": HEBREW_LETTER,
    "ALetter": A_LETTER,
    "Single_Quote": SINGLE_QUOTE,
    "Double_Quote": DOUBLE_QUOTE,
    "MidNumLet": MID_NUM_LET,
    "MidLetter": MID_LETTER,
    "MidNum": MID_NUM,
    "Numeric": NUMERIC,
    "ExtendNumLet": EXTEND_NUM_LET,
    "WSegSpace": W_SEG_SPACE,
    "Dictionary": DICTIONARY,
}


@cache
def classes() -> np.ndarray:
    """uint8[0x110000], read-only: class, PICTOGRAPHIC, INSIDE and WHITE of every code point."""
    table = np.zeros(CODE_POINTS, np.uint8)
    lines = (files("corpusforge.text") / "word_break.tsv").read_text(encoding="ascii").splitlines()
    for first, last, name in map(str.split, lines):
        name, _, pictographic = name.partition("+")
        table[int(first, 16) : int(last, 16) + 1] = _NAMES[name] | (PICTOGRAPHIC if pictographic else 0)
    inside = (A_LETTER, HEBREW_LETTER, NUMERIC, EXTEND_NUM_LET, EXTEND, FORMAT, ZWJ)  # WB4, 5, 8-10, 13a, 13b
    table[np.isin(table & CLASS, inside) & ((flags() & SPACE) == 0)] |= INSIDE
    table[(flags() & SPACE) != 0] |= WHITE
    return frozen(table)
