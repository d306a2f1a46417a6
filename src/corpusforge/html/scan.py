"""One pass over the bytes of a page: tags, the elements that are open, and blocks of text with their statistics.

Tokens are read as the HTML standard has it (13.2.5). Of tree construction (13.2.6) it does what decides on where text
belongs: elements whose end tag is implied, end tags that close others or nothing, raw text, content that is no text.
Formatting elements are not rebuilt, and text inside a table but outside its cells stays where it is. Nothing recurses,
and every byte is looked at a bounded number of times: an end tag finds its element through a chain of open elements of
its name. 16 MB of any bytes take less than a second.
"""

import numpy as np

from corpusforge.html import attributes as a
from corpusforge.html import blocks as b
from corpusforge.html import characters as c
from corpusforge.html import tags
from corpusforge.html.characters import CLASSES
from corpusforge.html.entities import names as entity_names
from corpusforge.html.entities import reference
from corpusforge.html.kernel import kernel
from corpusforge.html.keywords import FOUND, STEPS
from corpusforge.html.put import (
    AT_TEXT,
    DROP,
    FULL,
    HAS_TITLE,
    IN_LINK,
    IN_PRE,
    N_BLOCKS,
    N_NODES,
    PENDING_BREAKS,
    PENDING_IMAGES,
    ROW,
    STATE_SIZE,
    STRONG_DEPTH,
    TITLE_SLOTS,
    decoded,
    end_block,
    kind_of,
    put,
    put_title,
)
from corpusforge.html.tables import PRIME, SEED, find
from corpusforge.html.tree import end_tag, start_tag

_A, _B, _I, _BR, _IMG, _TITLE = (tags.NUMBER[name] for name in ("a", "b", "i", "br", "img", "title"))


def scan(html: str) -> b.Page:
    """The blocks of a decoded page. What comes after `MAX_NODES` elements or `MAX_BLOCKS` blocks is not read."""
    data = np.frombuffer(html.encode("utf-8", "replace"), np.uint8)
    tagged = html.count("<") + 2
    room, most = min(tagged, b.MAX_BLOCKS), min(tagged, b.MAX_NODES)
    nodes = np.empty((most, b.NODE_COLUMNS), np.int32)
    names = np.empty(most, np.uint64)
    shapes = np.empty((most, 2), np.uint64)  # its own, and with two ancestors
    blocks = np.empty((room, b.BLOCK_COLUMNS), np.int32)
    inline = np.empty(room, np.uint64)
    hashes = np.empty(room, np.uint64)
    text = np.empty(len(data) + len(data) // 2 + 64, np.uint8)
    state = np.zeros(STATE_SIZE, np.int64)
    latest = np.full(tags.COUNT, -1, np.int32)  # the innermost open element of each name
    masks = np.zeros(2, np.uint64)  # names of: the inline elements of the block, the link around it
    title = np.zeros(TITLE_SLOTS, np.uint64)
    nodes[0], names[0], shapes[0] = 0, 0, 0
    nodes[0, b.PARENT] = nodes[0, b.SAME] = -1
    state[N_NODES], state[DROP] = 1, -1
    _scan(
        data, nodes, names, shapes, blocks, inline, hashes, text, state, latest, masks, title,
        tags.KEYS, tags.VALUES, tags.KINDS, tags.ANCESTOR_BITS, CLASSES, STEPS, FOUND, *entity_names(),
    )  # fmt: skip
    count, filled, length = state[N_NODES], state[N_BLOCKS], state[AT_TEXT]
    return b.Page(
        nodes[:count], names[:count], shapes[:count, 1].copy(), blocks[:filled], inline[:filled], hashes[:filled],
        text[:length],
    )  # fmt: skip


@kernel
def _scan(  # type: ignore[no-untyped-def]
    data, nodes, names, shapes, rows, inline, hashes, text, state, latest, masks, title,
    tag_keys, tag_values, kinds, ancestor_bits, classes, steps, found, entity_keys, entity_values, points,
):  # fmt: skip
    end = len(data)
    at = 0
    while at < end and state[FULL] == 0:
        byte = data[at]
        code, second, start = np.int64(byte), np.int64(0), at
        is_text = byte != 60  # '<'
        if is_text:
            if state[DROP] >= 0:
                at += 1
                continue
            if byte == 38:  # '&'
                at, one, other = reference(data, at, end, entity_keys, entity_values, points)
                code, second = np.int64(one), np.int64(other)
            elif byte < 128:
                at += 1
            else:
                code, size = decoded(data, at, end)
                at += size
        else:
            after = data[at + 1] if at + 1 < end else np.uint8(0)
            if after != 47 and after != 33 and after != 63 and not 97 <= (after | 32) <= 122:
                is_text = True  # a lonely '<'
                at += 1
        if is_text:
            while code:
                kind = kind_of(code, classes)
                if kind & c.REMOVED == 0 and state[DROP] < 0:
                    if state[PENDING_BREAKS] >= 2 and kind & c.SPACE == 0 and state[IN_PRE] == 0:
                        end_block(state, masks, rows, inline, hashes, text, title)
                        state[ROW + b.BROKEN] = 1
                    put(code, kind, start, state, text, title)
                code, second = second, np.int64(0)
            continue
        after = data[at + 1] if at + 1 < end else np.uint8(0)
        closing = after == 47
        if closing:
            after = data[at + 2] if at + 2 < end else np.uint8(0)
        if not 97 <= (after | 32) <= 122:
            at = _comment(data, at, end)
            continue
        at += 2 if closing else 1
        key, custom = SEED, False
        while at < end:
            byte = data[at]
            if byte <= 32 or byte == 47 or byte == 62:
                break
            if 65 <= byte <= 90:
                byte |= np.uint8(32)
            custom |= byte == 45
            key = (key ^ np.uint64(byte)) * PRIME
            at += 1
        tag = find(tag_keys, tag_values, key)
        if tag < 0:
            tag = tags.CUSTOM if custom else 0
        kind = kinds[tag]
        looked_at = not closing and state[DROP] < 0 and (kind != tags.IS_RAW)
        at, mask, looks = a.attributes(data, at, end, looked_at, steps, found)
        if closing:
            end_tag(tag, kind, state, masks, nodes, rows, inline, hashes, text, title, latest)
            continue
        if kind == tags.IS_RAW:
            close = _raw_end(data, at, end, key)
            if tag == _TITLE and state[DROP] < 0 and state[HAS_TITLE] == 0:
                state[HAS_TITLE] = 1
                put_title(data, at, close, title, classes)
            at = close
            continue
        if kind == tags.IS_VOID:
            if tag == _BR:
                state[PENDING_BREAKS] += 1
            elif tag == _IMG:
                state[PENDING_IMAGES] += 1
            continue
        if kind == tags.IS_INLINE:
            if state[DROP] < 0:
                masks[0] |= mask
                if tag == _A:
                    masks[1] = mask
                    state[IN_LINK] = 1
                    state[ROW + b.LINKS] += 1
                elif _B <= tag <= _I:
                    state[STRONG_DEPTH] += 1
            continue
        start_tag(
            tag,
            kind,
            mask,
            looks,
            state,
            masks,
            nodes,
            names,
            shapes,
            rows,
            inline,
            hashes,
            text,
            title,
            latest,
            ancestor_bits,
        )
    end_block(state, masks, rows, inline, hashes, text, title)


@kernel
def _comment(data, at, end):  # type: ignore[no-untyped-def]
    """The end of a comment, doctype or bogus comment that begins at `data[at]`."""
    if at + 3 < end and data[at + 1] == 33 and data[at + 2] == 45 and data[at + 3] == 45:
        at += 4
        if at < end and data[at] == 62:
            return at + 1
        if at + 1 < end and data[at] == 45 and data[at + 1] == 62:
            return at + 2
        while at + 2 < end:
            if data[at] == 45 and data[at + 1] == 45:
                if data[at + 2] == 62:
                    return at + 3
                if data[at + 2] == 33 and at + 3 < end and data[at + 3] == 62:
                    return at + 4
            at += 1
        return end
    while at < end and data[at] != 62:
        at += 1
    return at + 1


@kernel
def _raw_end(data, at, end, key):  # type: ignore[no-untyped-def]
    """Where the end tag of a raw text element begins; the end of the page where there is none."""
    while at < end:
        if data[at] == 60 and at + 1 < end and data[at + 1] == 47:
            place, value = at + 2, SEED
            while place < end and place - at < 12 and 97 <= (data[place] | 32) <= 122:
                value = (value ^ np.uint64(data[place] | 32)) * PRIME
                place += 1
            if value == key and (place >= end or data[place] <= 32 or data[place] == 47 or data[place] == 62):
                return at
        at += 1
    return end
