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
from corpusforge.html.kernel import inlined, kernel
from corpusforge.html.keywords import FOUND, STEPS
from corpusforge.html.put import (
    AT_TEXT,
    CURRENT,
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

_T = tags.NUMBER
_A, _B, _STRONG, _EM, _I, _BR, _IMG, _HR = (_T[name] for name in ("a", "b", "strong", "em", "i", "br", "img", "hr"))
_P, _LI, _UL, _OL, _MENU, _DIR, _DL, _DT, _DD = (
    _T[name] for name in ("p", "li", "ul", "ol", "menu", "dir", "dl", "dt", "dd")
)
_TABLE, _TR, _TD, _TH, _CAPTION, _THEAD, _TBODY, _TFOOT = (
    _T[name] for name in ("table", "tr", "td", "th", "caption", "thead", "tbody", "tfoot")
)
_HTML, _BODY, _PRE, _SVG, _TITLE, _BUTTON, _FORM = (
    _T[name] for name in ("html", "body", "pre", "svg", "title", "button", "form")
)
_H1, _H6 = _T["h1"], _T["h6"]
_LISTING, _XMP = _T["listing"], _T["xmp"]
_MIX = np.uint64(0x9E3779B97F4A7C15)


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
            _end_tag(tag, kind, state, masks, nodes, rows, inline, hashes, text, title, latest)
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
        _start_tag(
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
def _start_tag(  # type: ignore[no-untyped-def]
    tag, kind, mask, looks, state, masks, nodes, names, shapes, rows, inline, hashes, text, title, latest, ancestor_bits
):
    """Open a block element or one that is dropped, after closing what it ends."""
    current = state[CURRENT]
    if kind == tags.IS_DROPPED:
        if tag == _BUTTON and _in_scope(_BUTTON, state, nodes, latest):
            _pop_to(latest[_BUTTON], state, nodes, latest)
    else:
        end_block(state, masks, rows, inline, hashes, text, title)
        if state[DROP] >= 0 and nodes[state[DROP], b.TAG] == _SVG:
            _pop_to(state[DROP], state, nodes, latest)  # no block stands in a drawing
        if tag == _HTML or tag == _BODY:
            return
        if tag == _LI:
            if _nearer(_LI, max(latest[_UL], latest[_OL], latest[_MENU], latest[_DIR]), state, nodes, latest):
                _pop_to(latest[_LI], state, nodes, latest)
        elif tag == _DT or tag == _DD:
            for other in (_DT, _DD):
                if _nearer(other, latest[_DL], state, nodes, latest):
                    _pop_to(latest[other], state, nodes, latest)
        elif _H1 <= tag <= _H6:
            if _H1 <= nodes[state[CURRENT], b.TAG] <= _H6:
                _pop_to(state[CURRENT], state, nodes, latest)
        elif tag == _TD or tag == _TH or tag == _TR or _THEAD <= tag <= _TFOOT or tag == _CAPTION:
            # Cells end cells, rows end cells and rows, within their table.
            for other in (_CAPTION, _TD, _TH):
                if latest[other] > latest[_TABLE]:
                    _pop_to(latest[other], state, nodes, latest)
            if tag != _TD and tag != _TH:
                if latest[_TR] > latest[_TABLE]:
                    _pop_to(latest[_TR], state, nodes, latest)
                if tag != _TR:
                    for other in (_THEAD, _TBODY, _TFOOT):
                        if latest[other] > latest[_TABLE]:
                            _pop_to(latest[other], state, nodes, latest)
        if _in_scope(_P, state, nodes, latest):
            _pop_to(latest[_P], state, nodes, latest)
        if tag == _HR:
            return
    current = state[CURRENT]
    node = state[N_NODES]
    if node >= len(nodes):
        state[FULL] = 1
        return
    state[N_NODES] = node + 1
    nodes[node, b.TAG] = tag
    nodes[node, b.PARENT] = current
    nodes[node, b.DEPTH] = nodes[current, b.DEPTH] + 1
    nodes[node, b.SAME] = latest[tag]
    nodes[node, b.ANCESTORS] = nodes[current, b.ANCESTORS] | np.int32(ancestor_bits[tag])
    nodes[node, b.FIRST_BLOCK] = state[N_BLOCKS]
    nodes[node, b.CHILD] = 0
    nodes[current, b.CHILD] += 1
    is_barrier = tag == _TABLE or tag == _TD or tag == _TH or tag == _CAPTION
    nodes[node, b.BARRIER] = node if is_barrier else nodes[current, b.BARRIER]
    names[node] = mask
    own = (np.uint64(tag) + looks * PRIME) * _MIX
    shapes[node, 0] = own
    above = shapes[current, 0]
    parent = nodes[current, b.PARENT]
    further = shapes[parent, 0] if parent >= 0 else np.uint64(0)
    shapes[node, 1] = ((own ^ (above >> np.uint64(7))) * _MIX) ^ (further >> np.uint64(13))
    latest[tag] = node
    state[CURRENT] = node
    if kind == tags.IS_DROPPED:
        if state[DROP] < 0:
            state[DROP] = node
    elif tag == _PRE or tag == _LISTING or tag == _XMP:
        state[IN_PRE] += 1


@kernel
def _end_tag(tag, kind, state, masks, nodes, rows, inline, hashes, text, title, latest):  # type: ignore[no-untyped-def]
    if kind == tags.IS_INLINE:
        if tag == _A:
            state[IN_LINK] = 0
            masks[1] = np.uint64(0)
        elif _B <= tag <= _I:
            state[STRONG_DEPTH] = max(0, state[STRONG_DEPTH] - 1)
        return
    if kind == tags.IS_BLOCK:
        end_block(state, masks, rows, inline, hashes, text, title)
    elif tag == _BR:
        state[PENDING_BREAKS] += 1
    if kind == tags.IS_RAW or kind == tags.IS_VOID or tag == _HTML or tag == _BODY:
        return
    if _H1 <= tag <= _H6:  # an end tag of any heading ends the heading that is open
        current = nodes[state[CURRENT], b.TAG]
        if _H1 <= current <= _H6:
            tag = current
    within_table = tag == _TR or tag == _TD or tag == _TH or tag == _CAPTION or _THEAD <= tag <= _TFOOT
    if within_table:
        if latest[tag] > latest[_TABLE]:
            _pop_to(latest[tag], state, nodes, latest)
            state[IN_LINK] = 0
    elif tag == _TABLE:
        if latest[_TABLE] >= 0:
            _pop_to(latest[_TABLE], state, nodes, latest)
    elif _in_scope(tag, state, nodes, latest):
        _pop_to(latest[tag], state, nodes, latest)


@inlined
def _in_scope(tag, state, nodes, latest):  # type: ignore[no-untyped-def]
    """Whether an element of this name is open within the innermost cell, caption or table."""
    return latest[tag] >= 0 and latest[tag] > nodes[state[CURRENT], b.BARRIER]


@inlined
def _nearer(tag, limit, state, nodes, latest):  # type: ignore[no-untyped-def]
    """Whether an element of this name is in scope and inside the open element `limit`."""
    return _in_scope(tag, state, nodes, latest) and latest[tag] > limit


@kernel
def _pop_to(node, state, nodes, latest):  # type: ignore[no-untyped-def]
    """Close `node` and all that is open within."""
    current = state[CURRENT]
    while current >= node and current > 0:
        tag = nodes[current, b.TAG]
        latest[tag] = nodes[current, b.SAME]
        if current == state[DROP]:
            state[DROP] = -1
        if tag == _PRE or tag == _LISTING or tag == _XMP:
            state[IN_PRE] -= 1
        current = nodes[current, b.PARENT]
    state[CURRENT] = current


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
