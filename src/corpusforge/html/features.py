"""What the classifier knows of a block: the block itself, its elements, its neighbours, its place, and its like in the page.

Nothing here depends on a language: lengths, links, punctuation, markup, and repetition. Ratios are per character or word.
Columns are named by `feature_names.NAMES`; their order is part of the model.
"""

import numpy as np
from numba import njit

from corpusforge.html import blocks as b
from corpusforge.html import characters as c
from corpusforge.html import keywords as k
from corpusforge.html import tags
from corpusforge.html.block_groups import (
    around,
    articles_of,
    by_shape,
    of_blocks,
    of_elements,
    repetition,
    running_sums,
    to_good,
)
from corpusforge.html.feature_names import GROUP, KINDS, NAMES

_H1, _H6 = tags.NUMBER["h1"], tags.NUMBER["h6"]
_N_KINDS, _N_GROUP, _N_NAMES, _N_ANCESTORS = len(KINDS), len(GROUP), len(k.NAMES), len(tags.KNOWN_ANCESTORS)


def features(page: b.Page) -> np.ndarray:
    """float32[blocks, len(NAMES)]; the columns of the second pass are zero until `second_pass` fills them."""
    return np.asarray(_features(page.nodes, page.names, page.shapes, page.blocks, page.inline, page.hashes))


@njit(cache=True, nogil=True)
def _features(nodes, names, shapes, blocks, inline, hashes):  # type: ignore[no-untyped-def]
    m = len(blocks)
    out = np.zeros((m, len(NAMES)), np.float32)
    if m == 0:
        return out
    kinds, words, linked, good = of_blocks(nodes, blocks)
    sums, total, score, top = of_elements(nodes, blocks, kinds, words, linked, good)
    near, inherited, in_top, steps_to_top = around(nodes, names, top)
    article_of, inner_article, article_number, articles = articles_of(nodes)
    same_shape, shape_sums = by_shape(shapes, blocks, words, good, linked, kinds)
    repeats = repetition(hashes)
    running = running_sums(words, linked, good)
    last_good, next_good = to_good(good)
    longest = np.float32(1)
    for i in range(m):
        if good[i]:
            longest = max(longest, words[i])
    h1_before, titles_before, title_article = np.float32(0), np.float32(0), -1
    since_heading, last_heading = np.float32(-1), np.float32(0)
    since_title, since_h1 = np.float32(-1), np.float32(-1)
    group = np.zeros(4, np.float32)
    for i in range(m):
        row = blocks[i]
        node = row[b.NODE]
        tag = nodes[node, b.TAG]
        parent = max(0, nodes[node, b.PARENT])
        above = max(0, nodes[parent, b.PARENT])
        x = out[i]
        x[kinds[i]] = 1
        f = _N_KINDS
        characters = np.float32(max(1, row[b.CHARACTERS]))
        count = np.float32(max(1, row[b.WORDS]))
        x[f] = np.float32(tag - _H1 + 1 if _H1 <= tag <= _H6 else 0)
        x[f + 1] = np.log1p(words[i])
        x[f + 2] = np.log1p(characters)
        x[f + 3] = characters / count
        x[f + 4] = linked[i]
        x[f + 5] = np.float32(row[b.LINKS])
        x[f + 6] = row[b.DIGITS] / characters
        x[f + 7] = row[b.UPPERS] / characters
        x[f + 8] = row[b.MARKS] / characters
        x[f + 9] = row[b.TERMINALS] / count
        x[f + 10] = row[b.COMMAS] / count
        x[f + 11] = row[b.WIDES] / characters
        x[f + 12] = np.float32(row[b.BREAKS])
        x[f + 13] = row[b.STRONG] / characters
        x[f + 14] = np.float32(row[b.LAST] & c.TERMINAL != 0)
        x[f + 15] = np.float32(row[b.LAST] & c.COMMA != 0)
        x[f + 16] = np.float32(row[b.FIRST] & c.UPPER != 0)
        x[f + 17] = row[b.IN_TITLE] / count
        x[f + 18] = np.float32(row[b.IMAGES])
        x[f + 19] = row[b.SEPARATORS] / count
        x[f + 20] = np.float32(row[b.BROKEN])
        x[f + 21] = np.float32(nodes[node, b.DEPTH])
        x[f + 22] = np.float32(nodes[parent, b.CHILD])
        x[f + 23] = np.float32(good[i])
        x[f + 24] = np.float32(i)
        x[f + 25] = np.float32(i) / m
        x[f + 26] = running[i, 1]
        x[f + 27] = running[i, 1] / max(np.float32(1), total[1])
        x[f + 28] = np.float32(m)
        x[f + 29] = np.log1p(total[1])
        x[f + 30] = total[3] / max(np.float32(1), total[1])
        x[f + 31] = np.log1p(total[2])
        x[f + 32] = total[2] / max(np.float32(1), total[1])
        x[f + 33] = since_title
        x[f + 34] = since_h1
        x[f + 35] = np.float32(repeats[i])
        x[f + 36] = running[i, 2] / max(np.float32(1), total[2])
        x[f + 37] = (total[2] - running[i + 1, 2]) / max(np.float32(1), total[2])
        x[f + 38] = last_good[i]
        x[f + 39] = next_good[i]
        x[f + 40] = articles
        x[f + 41] = article_number[node]
        x[f + 42] = h1_before
        x[f + 43] = titles_before
        x[f + 44] = title_article == inner_article[node] if title_article >= 0 else np.float32(-1)
        x[f + 45] = since_heading
        x[f + 46] = last_heading
        x[f + 47] = words[i] / longest
        x[f + 48] = score[parent] / max(np.float32(1), total[2])
        x[f + 49] = score[above] / max(np.float32(1), total[2])
        f += 50
        if since_title >= 0:
            since_title = min(np.float32(200), since_title + 1)
        if since_h1 >= 0:
            since_h1 = min(np.float32(200), since_h1 + 1)
        if row[b.IN_TITLE] >= 0.6 * row[b.WORDS] and row[b.WORDS] >= 3 and linked[i] < 0.5:
            since_title = np.float32(0)
            titles_before += 1
            if title_article < 0 and _H1 <= tag <= _H6:
                title_article = inner_article[node]
        if tag == _H1:
            since_h1 = np.float32(0)
            h1_before += 1
        since_heading = since_heading + words[i] if since_heading >= 0 else since_heading
        if _H1 <= tag <= _H6:
            since_heading, last_heading = np.float32(0), np.float32(tag - _H1 + 1)
        for which in range(7):
            if which == 3:
                group[:] = sums[article_of[node]]
            elif which == 4:
                group[:] = shape_sums[same_shape[i]]
            elif which == 6:
                group[:] = sums[inner_article[node]]
            elif which == 5:
                first, last = max(0, i - 5), min(m, i + 6)
                group[:] = running[last] - running[first]
            else:
                group[:] = sums[node if which == 0 else (parent if which == 1 else above)]
            x[f] = np.log1p(group[0])
            x[f + 1] = np.log1p(group[1])
            x[f + 2] = group[2] / max(np.float32(1), group[1])
            x[f + 3] = group[3] / max(np.float32(1), group[1])
            x[f + 4] = group[2] / max(np.float32(1), total[2])
            f += _N_GROUP
        x[f] = in_top[node]
        x[f + 1] = steps_to_top[node]
        x[f + 2] = score[top] / max(np.float32(1), total[2])
        x[f + 3] = np.log1p(score[top])
        f += 4
        for offset in (-3, -2, -1, 1, 2, 3):
            j = i + offset
            if 0 <= j < m:
                other = blocks[j, b.NODE]
                x[f] = kinds[j]
                x[f + 1] = np.log1p(words[j])
                x[f + 2] = linked[j]
                x[f + 3] = blocks[j, b.LAST] & c.TERMINAL != 0
                x[f + 4] = good[j]
                x[f + 5] = shapes[other] == shapes[node]
                x[f + 6] = nodes[other, b.PARENT] == nodes[node, b.PARENT]
                x[f + 7] = blocks[j, b.IN_TITLE] / max(1, blocks[j, b.WORDS])
            else:
                x[f] = -1
                x[f + 2] = -1
            f += 8
        bits = np.uint64(np.uint32(nodes[node, b.ANCESTORS]))
        for bit in range(_N_ANCESTORS):
            x[f] = (bits >> np.uint64(bit)) & np.uint64(1)
            f += 1
        own = names[node] | inline[i]
        for bit in range(_N_NAMES):
            x[f] = (own >> np.uint64(bit)) & np.uint64(1)
            x[f + _N_NAMES] = (near[node] >> np.uint64(bit)) & np.uint64(1)
            x[f + 2 * _N_NAMES] = (inherited[node] >> np.uint64(bit)) & np.uint64(1)
            f += 1
    return out
