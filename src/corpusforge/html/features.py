"""What the classifier knows of a block: the block itself, its elements, its neighbours, its place, and its like in the page.

Nothing here depends on a language: lengths, links, punctuation, markup, and repetition. Ratios are per character or word.
Columns are named by `NAMES`; their order is part of the model.
"""

import numpy as np
from numba import njit

from corpusforge.html import blocks as b
from corpusforge.html import characters as c
from corpusforge.html import keywords as k
from corpusforge.html import tags
from corpusforge.html.tables import PRIME

_T = tags.NUMBER
_KINDS = ("p", "heading", "li", "cell", "pre", "blockquote", "definition", "caption", "other")
_H1, _H6, _ARTICLE, _MAIN = _T["h1"], _T["h6"], _T["article"], _T["main"]


def _words(text: str) -> list[str]:
    return text.split()


_OWN = _words(
    "heading_level words characters word_length linked links digits uppers marks terminals commas wides breaks strong "
    "ends_sentence ends_comma starts_upper in_title images separators broken depth children good"
)
_PLACE = _words(
    "index index_ratio words_before words_before_ratio page_blocks page_words page_linked page_good_words "
    "page_good_blocks after_title after_h1 repeated good_before good_after nearest_good_before nearest_good_after "
    "page_articles article_number h1_before titles_before in_title_article since_heading last_heading longest_ratio "
    "parent_score grandparent_score"
)
_GROUP = _words("blocks words good_ratio linked share")
_GROUPS = ("element", "parent", "grandparent", "article", "shape", "window", "inner_article")
_TOP = _words("in_top top_steps top_share top_words")
_NEIGHBOUR = _words("kind words linked ends_sentence good same_shape same_parent in_title")
_OFFSETS = (-3, -2, -1, 1, 2, 3)

FIRST_NAMES: tuple[str, ...] = (
    *(f"is_{kind}" for kind in _KINDS),
    *_OWN,
    *_PLACE,
    *(f"{group}_{name}" for group in _GROUPS for name in _GROUP),
    *_TOP,
    *(f"{name}{offset:+d}" for offset in _OFFSETS for name in _NEIGHBOUR),
    *(f"within_{name}" for name in tags.KNOWN_ANCESTORS),
    *(f"own_{name}" for name in k.NAMES),
    *(f"near_{name}" for name in k.NAMES),
    *(f"any_{name}" for name in k.NAMES),
)
_SECOND = (
    *(f"p{offset:+d}" for offset in (-4, -3, -2, -1, 0, 1, 2, 3, 4)),
    *(f"p_{group}" for group in ("element", "parent", "grandparent", "shape", "page", "window5", "window15")),
    "content_before", "content_after", "content_words", "since_content", "until_content", "p_heading_section",
    "p_max_before", "p_max_after",
)  # fmt: skip
NAMES = (*FIRST_NAMES, *_SECOND)
FIRST_COUNT = len(FIRST_NAMES)

_N_KINDS, _N_GROUP, _N_NAMES, _N_ANCESTORS = len(_KINDS), len(_GROUP), len(k.NAMES), len(tags.KNOWN_ANCESTORS)


def _kind_of_tags() -> np.ndarray:
    kinds = np.full(tags.COUNT, _KINDS.index("other"), np.int64)
    for kind, names in {
        "p": "p", "heading": "h1 h2 h3 h4 h5 h6", "li": "li", "cell": "td th", "pre": "pre listing xmp",
        "blockquote": "blockquote", "definition": "dt dd", "caption": "caption figcaption legend summary",
    }.items():  # fmt: skip
        for name in names.split():
            kinds[_T[name]] = _KINDS.index(kind)
    return kinds


KIND = _kind_of_tags()


def features(page: b.Page) -> np.ndarray:
    """float32[blocks, len(NAMES)]; the columns of the second pass are zero until `second_pass` fills them."""
    return np.asarray(_features(page.nodes, page.names, page.shapes, page.blocks, page.inline, page.hashes))


@njit(cache=True, nogil=True)
def _features(nodes, names, shapes, blocks, inline, hashes):  # type: ignore[no-untyped-def]
    m, n = len(blocks), len(nodes)
    out = np.zeros((m, len(NAMES)), np.float32)
    if m == 0:
        return out
    kinds = np.empty(m, np.int64)
    words = np.empty(m, np.float32)
    linked = np.empty(m, np.float32)  # characters within links / characters
    good = np.empty(m, np.bool_)  # reads like prose
    for i in range(m):
        row = blocks[i]
        kinds[i] = KIND[nodes[row[b.NODE], b.TAG]]
        words[i] = row[b.WORDS]
        linked[i] = row[b.LINKED] / max(1, row[b.CHARACTERS])
        good[i] = row[b.WORDS] >= 10 and linked[i] < 0.3 and row[b.TERMINALS] + row[b.COMMAS] > 0
    # Sums over elements' subtrees: blocks, words, good words, linked words.
    sums = np.zeros((n, 4), np.float32)
    score = np.zeros(n, np.float32)  # good words of an element's own blocks and its children's, half of grandchildren's
    total = np.zeros(4, np.float32)
    for i in range(m):
        node = blocks[i, b.NODE]
        for column, value in enumerate((np.float32(1), words[i], words[i] * good[i], words[i] * linked[i])):
            sums[node, column] += value
            total[column] += value
        parent = nodes[node, b.PARENT]
        if good[i]:
            score[node] += words[i] * np.float32(0.25 if kinds[i] == 0 else 1)
            if parent >= 0:
                score[parent] += words[i]
                above = nodes[parent, b.PARENT]
                if above >= 0:
                    score[above] += words[i] * np.float32(0.5)
    for node in range(n - 1, 0, -1):
        parent = nodes[node, b.PARENT]
        for column in range(4):
            sums[parent, column] += sums[node, column]
    top = 0
    for node in range(n):
        if score[node] * (1 - sums[node, 3] / max(1, sums[node, 1])) > score[top] * (
            1 - sums[top, 3] / max(1, sums[top, 1])
        ):
            top = node
    inherited = names.copy()  # names of an element and all around it
    near = names.copy()  # names of an element, its parent and its grandparent
    steps_to_top = np.full(n, 99, np.int32)
    article_of = np.zeros(n, np.int32)  # the outermost article or main around an element
    inner_article = np.zeros(n, np.int32)  # the innermost article
    article_number = np.zeros(n, np.float32)
    articles = np.float32(0)
    up = top
    for steps in range(60):
        if up < 0:
            break
        steps_to_top[up] = steps
        up = nodes[up, b.PARENT]
    in_top = np.zeros(n, np.bool_)
    in_top[top] = True
    for node in range(1, n):
        parent = nodes[node, b.PARENT]
        inherited[node] |= inherited[parent]
        near[node] |= names[parent]
        above = nodes[parent, b.PARENT]
        if above >= 0:
            near[node] |= names[above]
        in_top[node] = in_top[node] or in_top[parent]
        if steps_to_top[node] == 99:
            steps_to_top[node] = steps_to_top[parent] + 1
        article_of[node] = article_of[parent]
        tag = nodes[node, b.TAG]
        if article_of[node] == 0 and (tag == _ARTICLE or tag == _MAIN):
            article_of[node] = node
        inner_article[node] = inner_article[parent]
        if tag == _ARTICLE:
            inner_article[node] = node
            articles += 1
        article_number[node] = articles if tag == _ARTICLE else article_number[parent]
    same_shape, shape_sums = by_shape(shapes, blocks, words, good, linked, kinds)
    repeats = _repeats(hashes)
    # Running sums, so that windows cost nothing.
    running = np.zeros((m + 1, 4), np.float32)
    for i in range(m):
        running[i + 1, 0] = running[i, 0] + 1
        running[i + 1, 1] = running[i, 1] + words[i]
        running[i + 1, 2] = running[i, 2] + words[i] * good[i]
        running[i + 1, 3] = running[i, 3] + words[i] * linked[i]
    last_good = np.full(m, 50, np.float32)
    next_good = np.full(m, 50, np.float32)
    for i in range(1, m):
        last_good[i] = 1 if good[i - 1] else min(np.float32(50), last_good[i - 1] + 1)
    for i in range(m - 2, -1, -1):
        next_good[i] = 1 if good[i + 1] else min(np.float32(50), next_good[i + 1] + 1)
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


@njit(cache=True, nogil=True)
def by_shape(shapes, blocks, words, good, linked, kinds):  # type: ignore[no-untyped-def]
    """For each block the number of its shape, and each shape's blocks, words, good words and linked words."""
    m = len(blocks)
    keys = np.empty(m, np.uint64)
    for i in range(m):
        keys[i] = shapes[blocks[i, b.NODE]] ^ (np.uint64(kinds[i]) * PRIME)
    order = np.argsort(keys)
    number = np.zeros(m, np.int64)
    sums = np.zeros((m, 4), np.float32)
    at = -1
    for rank in range(m):
        i = order[rank]
        if rank == 0 or keys[i] != keys[order[rank - 1]]:
            at += 1
        number[i] = at
        sums[at, 0] += 1
        sums[at, 1] += words[i]
        sums[at, 2] += words[i] * good[i]
        sums[at, 3] += words[i] * linked[i]
    return number, sums


@njit(cache=True, nogil=True)
def _repeats(hashes):  # type: ignore[no-untyped-def]
    """How often the text of each block occurs in the page, at most 9."""
    m = len(hashes)
    order = np.argsort(hashes)
    count = np.ones(m, np.int64)
    first = 0
    for rank in range(1, m + 1):
        if rank == m or hashes[order[rank]] != hashes[order[first]]:
            for other in range(first, rank):
                count[order[other]] = min(9, rank - first)
            first = rank
    return count
