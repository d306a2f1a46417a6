"""Which words end sentences: the marks of all scripts, and what is typed for them on keyboards that lack them."""

from numba import njit

from corpusforge.text.characters import TERMINAL
from corpusforge.text.decode import code_point
from corpusforge.text.memory import load8

COLON, PIPE = 0x3A, 0x7C
MARK, WIDE_MARK = 1, 2
WIDE = 0x2E80  # from the CJK blocks on, no white space follows a sentence
DANDA_FIRST, DANDA_LAST = (
    0x0900,
    0x0D7F,
)  # Devanagari to Malayalam share the danda (ScriptExtensions of U+0964); "|" is typed
ARMENIAN_FIRST, ARMENIAN_LAST = 0x0531, 0x058F  # the Armenian full stop U+0589 looks like a colon, which is typed
WORDSPACE = 0x1361  # Ethiopic: two of them are typed for the full stop U+1362
SHAD_FIRST, SHAD_LAST = 0x0F0D, 0x0F11  # Tibetan marks with the Unicode property Terminal_Punctuation


@njit(cache=True, nogil=True)
def sentence_mark(data: int, start: int, end: int, first: int, earlier: int) -> int:
    """Whether a word without letters ends sentences: MARK before white space, WIDE_MARK before anything, or 0.

    `first`: flags of its first character; `earlier`: where the word before it begins, or `start` where there is none.
    Marks are terminal punctuation; "|" after a word of a script with danda; ":" after an Armenian word; the second of
    two Ethiopic word spaces; the Tibetan shads.
    """
    if start == end:
        return 0
    lead = load8(data, start)
    if first & TERMINAL:
        wide = lead >= 0xE2 and code_point(data, start, end)[0] >= WIDE
        return WIDE_MARK if wide else MARK
    if lead != COLON and lead < PIPE:
        return 0
    code, _ = code_point(data, start, end)
    if code in (PIPE, COLON, WORDSPACE):
        last = code_point(data, earlier, start)[0] if earlier < start else 0
        danda = code == PIPE and DANDA_FIRST <= last <= DANDA_LAST
        stop = code == COLON and ARMENIAN_FIRST <= last <= ARMENIAN_LAST
        return MARK if danda or stop or (code == WORDSPACE and last == WORDSPACE) else 0
    return MARK if SHAD_FIRST <= code <= SHAD_LAST else 0
