"""Which elements are open: what a tag opens and closes (HTML standard, 13.2.6), by chains of open elements of one name."""

import numpy as np

from corpusforge.html import blocks as b
from corpusforge.html import tags
from corpusforge.html.kernel import inlined, kernel
from corpusforge.html.put import (
    CURRENT,
    DROP,
    FULL,
    IN_LINK,
    IN_PRE,
    N_BLOCKS,
    N_NODES,
    PENDING_BREAKS,
    STRONG_DEPTH,
    end_block,
)
from corpusforge.html.tables import PRIME

_T = tags.NUMBER
_A, _B, _I, _BR, _HR = (_T[name] for name in ("a", "b", "i", "br", "hr"))
_P, _LI, _UL, _OL, _MENU, _DIR, _DL, _DT, _DD = (
    _T[name] for name in ("p", "li", "ul", "ol", "menu", "dir", "dl", "dt", "dd")
)
_TABLE, _TR, _TD, _TH, _CAPTION, _THEAD, _TBODY, _TFOOT = (
    _T[name] for name in ("table", "tr", "td", "th", "caption", "thead", "tbody", "tfoot")
)
_HTML, _BODY, _PRE, _SVG, _BUTTON = (_T[name] for name in ("html", "body", "pre", "svg", "button"))
_H1, _H6 = _T["h1"], _T["h6"]
_LISTING, _XMP = _T["listing"], _T["xmp"]
_MIX = np.uint64(0x9E3779B97F4A7C15)


@kernel
def start_tag(  # type: ignore[no-untyped-def]
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
def end_tag(tag, kind, state, masks, nodes, rows, inline, hashes, text, title, latest):  # type: ignore[no-untyped-def]
    """Close what an end tag closes: nothing, where no such element is open in its scope."""
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
