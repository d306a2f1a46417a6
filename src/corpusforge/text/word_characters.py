"""What is left of every code point of a word when words are compared for near-duplicates, as tables.

Of a character in canonical decomposition (NFD):

1. A letter of full or half width becomes that of ordinary width; letters lose their case, as Unicode folds it (`ß` becomes
   `ss`, final sigma sigma, ligatures their letters), but for U+0345, whose folding would depend on what follows.
2. Letters, marks and numbers stay, and what Unicode does not know (unassigned, private use). Punctuation, symbols, white
   space and controls go.
3. Marks go that ordinary writing leaves out (`OPTIONAL`), characters that cannot be seen (`INVISIBLE`), and apostrophes
   that are letters to Unicode (`APOSTROPHES`), because the same words are also written with those that are punctuation.
   All other marks stay: vowel signs, tones, and accents of Latin, Greek and Cyrillic, since one and the same code point is
   a letter's own part in most languages and an optional one in few (a Russian stress mark).

Decimal digits are told from the rest: `simple_words` makes a run of them one `0`.
"""

import unicodedata
from functools import cache

import numpy as np
import regex  # type: ignore[import-untyped]

from corpusforge.text.buffers import frozen
from corpusforge.text.characters import CODE_POINTS, categories, category_code, every_character
from corpusforge.text.simple_characters import (
    DIGIT,
    SimpleCharacters,
    as_utf8,
    decompositions,
    entry,
    pool_array,
    ranks_of_marks,
)
from corpusforge.text.word_break import CLASS, DICTIONARY, EXTEND, FORMAT, PICTOGRAPHIC, ZWJ, classes

RECUT = 0x20  # where it is composed, or is not, words may be cut elsewhere
PLACED = (
    0x10  # a mark that is not passed over when words are cut: where it is out of canonical order, they may be others
)
IOTA_BELOW = 0x345
WIDTHS = (0xFF00, 0xFFEF)  # where the letters of full and half width are
HAN_MARKS = (0x16FF0, 0x16FF1)  # Vietnamese reading marks, which ICU takes for ideographs: words of their own
SYLLABLES = (0xAC00, 0xD7A3)  # of Hangul

# Marks that ordinary writing leaves out, first and last code points.
OPTIONAL = (
    (0x338, 0x338),  # a stroke through signs, which go too
    *((0x591, 0x5BD), (0x5BF, 0x5BF), (0x5C1, 0x5C2), (0x5C4, 0x5C5), (0x5C7, 0x5C7)),  # Hebrew points and accents
    (0x610, 0x61A),  # Arabic honorifics and small signs
    (0x640, 0x640),  # Arabic tatweel, which stretches a word
    *((0x64B, 0x652), (0x670, 0x670)),  # Arabic short vowels, shadda, sukun, superscript alef; hamza and madda stay
    *((0x6D6, 0x6DC), (0x6DF, 0x6E4), (0x6E7, 0x6E8), (0x6EA, 0x6ED)),  # signs of the Koran
    (0x730, 0x74A),  # Syriac points
)
APOSTROPHES = (0x2BB, 0x2BC)  # Hawaiian, Uzbek and others; Ukrainian and others
INVISIBLE = r"\p{Default_Ignorable_Code_Point}"  # joiners, variation selectors, soft hyphens, marks of direction


@cache
def word_characters() -> SimpleCharacters:
    """The tables, as those of `simple_characters`, with RECUT and PLACED; built on first use (about 0.2 s)."""
    decomposed, kept, ranks = decompositions(), _kept(), ranks_of_marks()
    simple = _folded(decomposed)
    actions, packed = as_utf8(np.arange(CODE_POINTS))
    actions[~kept], packed[~kept] = 0, ranks[~kept] != 0
    pool = bytearray()
    for code in sorted(simple.keys() | set(np.flatnonzero(ranks).tolist())):
        parts = simple.get(code, [code])
        left = [part for part in parts if kept[part]]
        actions[code], packed[code] = entry(left, bool(all(ranks[parts])), ranks, pool)
    actions[categories() == category_code("Nd")] = DIGIT
    for code, parts in simple.items():
        if len(parts) == 1 and actions[parts[0]] == DIGIT:
            actions[code] = DIGIT
    actions[list(_cut_otherwise(decomposed))] |= RECUT
    actions[(ranks != 0) & ((classes() & CLASS) == DICTIONARY)] |= PLACED
    return SimpleCharacters(frozen(actions), frozen(packed), pool_array(pool))


def _kept() -> np.ndarray:
    """bool[0x110000]: the code points that stay, of those that are in the form of step 1."""
    kept: np.ndarray = np.isin(categories() >> 8, [ord(name) for name in "LMN"])
    kept |= np.isin(categories(), [category_code(name) for name in ("Cn", "Co")])
    for first, last in OPTIONAL:
        kept[first : last + 1] = False
    kept[list(APOSTROPHES)] = False
    kept[list(map(ord, regex.findall(INVISIBLE, every_character())))] = False
    return kept


def _folded(decomposed: dict[int, list[int]]) -> dict[int, list[int]]:
    """Step 1 of the code points that it or decomposition changes, decomposed."""
    letters = np.isin(categories(), [category_code(name) for name in ("Lu", "Ll", "Lt", "Mn", "Nl", "So")])
    letters[WIDTHS[0] : WIDTHS[1] + 1] = True
    found = dict(decomposed)
    for code in np.flatnonzero(letters).tolist() + list(found):
        parts = unicodedata.normalize("NFD", _of_ordinary_width(chr(code)))
        folded = [part if ord(part) == IOTA_BELOW else part.casefold() for part in parts]
        simple = unicodedata.normalize("NFD", "".join(folded))
        if simple != chr(code):
            found[code] = list(map(ord, simple))
    return found


def _of_ordinary_width(character: str) -> str:
    kind, _, code = unicodedata.decomposition(character).partition(" ")
    return chr(int(code, 16)) if kind in ("<wide>", "<narrow>") else character


def _cut_otherwise(decomposed: dict[int, list[int]]) -> set[int]:
    """Code points that composition (NFC) changes, or joins to the character before, so that the word break rules (UAX #29)
    may see other classes, or ICU's dictionaries other words."""
    found, table = set(), classes()
    for code, parts in decomposed.items():
        if SYLLABLES[0] <= code <= SYLLABLES[1]:  # they are what jamo are joined to
            continue
        kind = int(table[code]) & CLASS
        same = kind != DICTIONARY and kind == table[parts[0]] & CLASS
        same &= (table[code] ^ table[parts[0]]) & PICTOGRAPHIC == 0
        same &= all(table[part] & CLASS in (EXTEND, FORMAT, ZWJ) for part in parts[1:])
        if not same:
            composed = unicodedata.is_normalized("NFC", chr(code))
            found |= set(parts[1:]) if composed else {code}
    return found | {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3), *HAN_MARKS}  # jamo that join a syllable
