"""Characters into blocks: white space collapsed, line breaks kept, statistics counted on the way."""

import numpy as np

from corpusforge.html import blocks as b
from corpusforge.html import characters as c
from corpusforge.html.kernel import inlined, kernel
from corpusforge.html.tables import PRIME

# Places of the scanner's state, int64; after them the columns of the block that is being read.
(
    CURRENT,  # the innermost open element
    DROP,  # the outermost open element whose text is dropped, or -1
    N_NODES,
    N_BLOCKS,
    AT_TEXT,  # bytes of text so far
    PENDING_SPACE,
    PENDING_BREAKS,
    PENDING_IMAGES,
    IN_LINK,
    STRONG_DEPTH,
    IN_PRE,
    IN_WORD,
    WORD,  # hash of the word that is being read
    HASH,  # of the block that is being read
    HAS_TITLE,  # a title was read
    FULL,  # there is no room for more elements
    ROW,
) = range(17)
STATE_SIZE = ROW + b.BLOCK_COLUMNS
TITLE_SLOTS = 256
_START_OF_WORD = np.int64(1469598103934665603)
_STEP = np.int64(1099511628211)


@inlined
def kind_of(code, classes):  # type: ignore[no-untyped-def]
    """Classes of a code point."""
    if code < 65536:
        return np.int64(classes[code])
    return np.int64(c.WIDE) if 0x20000 <= code < 0x32000 else np.int64(c.MARK)


@inlined
def put(code, kind, at, state, text, title):  # type: ignore[no-untyped-def]
    """Add a character, white space or not, that stands at byte `at` of the page to the block that is being read."""
    place = state[AT_TEXT]
    is_empty = place == state[ROW + b.START]
    if kind & c.SPACE:
        if state[IN_PRE] == 0:
            state[PENDING_SPACE] = 1
        elif code != 10:
            state[PENDING_SPACE] += 1
        elif not is_empty:
            end_word(state, title)
            text[place] = 10
            state[AT_TEXT] = place + 1
            state[PENDING_SPACE] = 0
    else:
        if is_empty:
            state[ROW + b.NODE] = state[CURRENT]
            state[ROW + b.AT] = at
            state[ROW + b.FIRST] = kind
            state[ROW + b.IMAGES] = state[PENDING_IMAGES]
            state[PENDING_IMAGES] = 0
            state[HASH] = np.int64(7)
            if state[IN_LINK] and state[ROW + b.LINKS] == 0:
                state[ROW + b.LINKS] = 1
            if state[IN_PRE] == 0:
                state[PENDING_SPACE] = 0
        if state[PENDING_BREAKS] > 0 and not is_empty:
            end_word(state, title)
            text[place] = 10
            place += 1
            state[ROW + b.BREAKS] += 1
        elif state[PENDING_SPACE] > 0:
            end_word(state, title)
            for _ in range(state[PENDING_SPACE]):
                text[place] = 32
                place += 1
        state[PENDING_SPACE] = 0
        state[PENDING_BREAKS] = 0
        state[ROW + b.CHARACTERS] += 1
        in_link = state[IN_LINK]
        state[ROW + b.LINKED] += in_link
        state[ROW + b.STRONG] += state[STRONG_DEPTH] > 0
        if kind & c.WIDE:
            end_word(state, title)
            state[ROW + b.WORDS] += 1
            state[ROW + b.LINKED_WORDS] += in_link
            state[ROW + b.WIDES] += 1
            state[ROW + b.IN_TITLE] += _has(title, np.uint64(code) * PRIME)
        elif kind & c.MARK:
            state[ROW + b.MARKS] += 1
            state[ROW + b.TERMINALS] += kind & c.TERMINAL != 0
            state[ROW + b.COMMAS] += kind & c.COMMA != 0
            state[ROW + b.SEPARATORS] += kind & c.SEPARATOR != 0
            if kind & c.JOINING == 0:
                end_word(state, title)
        else:
            if state[IN_WORD] == 0:
                state[IN_WORD] = 1
                state[WORD] = _START_OF_WORD
                state[ROW + b.WORDS] += 1
                state[ROW + b.LINKED_WORDS] += in_link
            state[WORD] = (state[WORD] ^ (code | 32 if 65 <= code <= 90 else code)) * _STEP
            state[ROW + b.DIGITS] += kind & c.DIGIT != 0
            state[ROW + b.UPPERS] += kind & c.UPPER != 0
        state[HASH] = (state[HASH] ^ code) * _STEP
        if kind & c.CLOSING == 0:
            state[ROW + b.LAST] = kind
        if code < 0x80:
            text[place] = code
            place += 1
        elif code < 0x800:
            text[place] = 0xC0 | (code >> 6)
            text[place + 1] = 0x80 | (code & 63)
            place += 2
        elif code < 0x10000:
            text[place] = 0xE0 | (code >> 12)
            text[place + 1] = 0x80 | ((code >> 6) & 63)
            text[place + 2] = 0x80 | (code & 63)
            place += 3
        else:
            text[place] = 0xF0 | (code >> 18)
            text[place + 1] = 0x80 | ((code >> 12) & 63)
            text[place + 2] = 0x80 | ((code >> 6) & 63)
            text[place + 3] = 0x80 | (code & 63)
            place += 4
        state[AT_TEXT] = place


@inlined
def end_block(state, masks, rows, inline, hashes, text, title):  # type: ignore[no-untyped-def]
    """Finish the block that is being read, if it has text, and begin the next.

    `masks`: groups of the names of the inline elements so far, and of the link around them.
    """
    if state[AT_TEXT] > state[ROW + b.START]:
        _store_block(state, masks, rows, inline, hashes, text, title)
    state[ROW + b.LINKS] = 0
    state[ROW + b.BROKEN] = 0
    masks[0] = masks[1]
    state[PENDING_SPACE] = 0
    state[PENDING_BREAKS] = 0
    state[STRONG_DEPTH] = 0


@kernel
def _store_block(state, masks, rows, inline, hashes, text, title):  # type: ignore[no-untyped-def]
    end_word(state, title)
    place = state[AT_TEXT]
    while place > state[ROW + b.START] and text[place - 1] <= 32:
        place -= 1
    state[ROW + b.END] = place
    number = state[N_BLOCKS]
    for column in range(b.BLOCK_COLUMNS):
        rows[number, column] = state[ROW + column]
        state[ROW + column] = 0
    inline[number] = masks[0]
    hashes[number] = np.uint64(state[HASH])
    if number + 1 < len(rows):
        state[N_BLOCKS] = number + 1
    else:
        state[FULL] = 1
    state[ROW + b.START] = state[AT_TEXT] = place


@kernel
def put_title(data, at, end, title, classes):  # type: ignore[no-untyped-def]
    """Enter the words of `data[at:end]` in the table `title`; what follows its 128th word is left out."""
    word, held = _START_OF_WORD, False
    count = 0
    while at < end and count < TITLE_SLOTS // 2:
        code, size = decoded(data, at, end)
        at += size
        kind = kind_of(code, classes)
        if kind & c.WIDE:
            _add(title, np.uint64(code) * PRIME)
            count += 1
        elif kind & (c.MARK | c.SPACE) and kind & c.JOINING == 0:
            if held:
                _add(title, np.uint64(word))
                count += 1
            word, held = _START_OF_WORD, False
        elif kind & (c.MARK | c.REMOVED) == 0:
            word, held = (word ^ (code | 32 if 65 <= code <= 90 else code)) * _STEP, True
    if held:
        _add(title, np.uint64(word))


@inlined
def decoded(data, at, end):  # type: ignore[no-untyped-def]
    """(code point, bytes) of the character at `at` of valid UTF-8."""
    byte = np.int64(data[at])
    code, size = np.int64(0xFFFD), 1
    if byte < 0x80:
        code = byte
    elif byte < 0xE0:
        if at + 1 < end:
            code, size = ((byte & 31) << 6) | (np.int64(data[at + 1]) & 63), 2
    elif byte < 0xF0:
        if at + 2 < end:
            code = ((byte & 15) << 12) | ((np.int64(data[at + 1]) & 63) << 6) | (np.int64(data[at + 2]) & 63)
            size = 3
    elif at + 3 < end:
        code = ((byte & 7) << 18) | ((np.int64(data[at + 1]) & 63) << 12)
        code |= ((np.int64(data[at + 2]) & 63) << 6) | (np.int64(data[at + 3]) & 63)
        size = 4
    return code, size


@kernel
def end_word(state, title):  # type: ignore[no-untyped-def]
    """Finish the word that is being read, if one is."""
    if state[IN_WORD]:
        state[ROW + b.IN_TITLE] += _has(title, np.uint64(state[WORD]))
        state[IN_WORD] = 0


@kernel
def _has(title, key):  # type: ignore[no-untyped-def]
    place = key % np.uint64(TITLE_SLOTS)
    while title[place] != np.uint64(0):
        if title[place] == key:
            return 1
        place = (place + np.uint64(1)) % np.uint64(TITLE_SLOTS)
    return 0


@kernel
def _add(title, key):  # type: ignore[no-untyped-def]
    place = key % np.uint64(TITLE_SLOTS)
    while title[place] != np.uint64(0) and title[place] != key:
        place = (place + np.uint64(1)) % np.uint64(TITLE_SLOTS)
    title[place] = key
