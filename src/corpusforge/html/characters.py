"""What block statistics know of a character, from fixed ranges: independent of Python's Unicode version."""

import numpy as np

from corpusforge.text.buffers import frozen
from corpusforge.text.characters import TERMINAL_PUNCTUATION

SPACE = 1  # becomes one space between words
REMOVED = 2  # controls, soft hyphens, byte order marks: not text
DIGIT = 4
UPPER = 8  # capitals of Latin (ASCII, Latin-1), Greek, Cyrillic, Armenian and Georgian
MARK = 16  # punctuation and symbols
TERMINAL = 32  # ends a sentence
COMMA = 64  # comma, colon, semicolon of any script
WIDE = 128  # of a script that writes without spaces: each character counts as a word
CLOSING = 256  # a closing quote or bracket: what stands before it tells how a block ends
SEPARATOR = 512  # stands between the entries of a line of links
JOINING = 1024  # does not end a word: apostrophes, hyphen

_WIDE = (
    (0x0E01, 0x0EDF), (0x1000, 0x109F), (0x1780, 0x17DD), (0x2E80, 0x2FDF), (0x3040, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0xFF66, 0xFF9F),
)  # fmt: skip
_UPPER = ((0x41, 0x5A), (0xC0, 0xD6), (0xD8, 0xDE), (0x391, 0x3A9), (0x400, 0x42F), (0x531, 0x556), (0x10A0, 0x10C5))
_SPACE = ((9, 13), (32, 32), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
          (0x205F, 0x205F), (0x3000, 0x3000))  # fmt: skip
_REMOVED = ((0, 8), (14, 31), (127, 0x9F), (0xAD, 0xAD), (0x2060, 0x2060), (0xFEFF, 0xFEFF))
_MARK = ((33, 47), (58, 64), (91, 96), (123, 126), (0xA1, 0xBF), (0x2010, 0x2027), (0x2030, 0x205E), (0x2190, 0x2BFF),
         (0x3001, 0x303F), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65))  # fmt: skip
_DIGIT = ((48, 57), (0x660, 0x669), (0x6F0, 0x6F9), (0x966, 0x96F), (0x9E6, 0x9EF), (0xFF10, 0xFF19))
_COMMA = ",:;\u060c\u061b\u3001\uff0c\uff1a\uff1b\u055d\u1363\u104a"


_CLOSING = "\"')]\u00bb\u2019\u201d\u300d\u300f\uff09"
_SEPARATOR = "|\u00b7\u2022\u00bb\u203a/\u2192\u2014"
_JOINING = "'\u2019-"


def _table() -> np.ndarray:
    table = np.zeros(0x10000, np.uint16)
    for ranges, flag in (
        (_SPACE, SPACE), (_REMOVED, REMOVED), (_DIGIT, DIGIT), (_UPPER, UPPER), (_MARK, MARK), (_WIDE, WIDE),
    ):  # fmt: skip
        for first, last in ranges:
            table[first : last + 1] |= flag
    for character in TERMINAL_PUNCTUATION:
        if ord(character) < 0x10000:
            table[ord(character)] |= TERMINAL | MARK
    for characters, flag in ((_COMMA, COMMA), (_CLOSING, CLOSING), (_SEPARATOR, SEPARATOR), (_JOINING, JOINING)):
        for character in characters:
            table[ord(character)] |= flag | MARK
    return frozen(table)


CLASSES = _table()
