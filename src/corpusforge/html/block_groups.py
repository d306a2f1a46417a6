"""What blocks and elements are part of: sums over elements and shapes, the top element, articles, distances, repetition.

Sums are float32[..., 4]: blocks, words, words of good blocks (they read like prose), words within links.
"""

import numpy as np
from numba import njit

from corpusforge.html import blocks as b
from corpusforge.html import tags
from corpusforge.html.feature_names import KIND
from corpusforge.html.tables import PRIME

_ARTICLE, _MAIN = tags.NUMBER["article"], tags.NUMBER["main"]
_FAR = np.float32(50)  # blocks; a good block farther away does not count


@njit(cache=True, nogil=True)
def of_blocks(nodes, blocks):  # type: ignore[no-untyped-def]
    """(kinds, words, linked, good) per block: linked is its share of characters within links."""
    m = len(blocks)
    kinds = np.empty(m, np.int64)
    words = np.empty(m, np.float32)
    linked = np.empty(m, np.float32)
    good = np.empty(m, np.bool_)
    for i in range(m):
        row = blocks[i]
        kinds[i] = KIND[nodes[row[b.NODE], b.TAG]]
        words[i] = row[b.WORDS]
        linked[i] = row[b.LINKED] / max(1, row[b.CHARACTERS])
        good[i] = row[b.WORDS] >= 10 and linked[i] < 0.3 and row[b.TERMINALS] + row[b.COMMAS] > 0
    return kinds, words, linked, good


@njit(cache=True, nogil=True)
def of_elements(nodes, blocks, kinds, words, linked, good):  # type: ignore[no-untyped-def]
    """(sums over each element's subtree, sum over the page, score, top).

    An element's score is the good words of its own blocks and its children's, and half of its grandchildren's; the top
    element is the one with the highest score, links taken off.
    """
    m, n = len(blocks), len(nodes)
    sums = np.zeros((n, 4), np.float32)
    score = np.zeros(n, np.float32)
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
    return sums, total, score, top


@njit(cache=True, nogil=True)
def around(nodes, names, top):  # type: ignore[no-untyped-def]
    """(near, inherited, in_top, steps_to_top) per element: near are the names of itself, its parent and its grandparent,
    inherited of itself and all around it.
    """
    n = len(nodes)
    inherited = names.copy()
    near = names.copy()
    steps_to_top = np.full(n, 99, np.int32)
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
    return near, inherited, in_top, steps_to_top


@njit(cache=True, nogil=True)
def articles_of(nodes):  # type: ignore[no-untyped-def]
    """(outer, inner, number, articles): the outermost article or main around each element, the innermost article, which
    article of the page that is; and how many there are.
    """
    n = len(nodes)
    outer = np.zeros(n, np.int32)
    inner = np.zeros(n, np.int32)
    number = np.zeros(n, np.float32)
    articles = np.float32(0)
    for node in range(1, n):
        parent, tag = nodes[node, b.PARENT], nodes[node, b.TAG]
        outer[node], inner[node], number[node] = outer[parent], inner[parent], number[parent]
        if outer[node] == 0 and (tag == _ARTICLE or tag == _MAIN):
            outer[node] = node
        if tag == _ARTICLE:
            articles += 1
            inner[node], number[node] = node, articles
    return outer, inner, number, articles


@njit(cache=True, nogil=True)
def running_sums(words, linked, good):  # type: ignore[no-untyped-def]
    """Sums over the blocks before each, and over all: windows are differences."""
    m = len(words)
    running = np.zeros((m + 1, 4), np.float32)
    for i in range(m):
        running[i + 1, 0] = running[i, 0] + 1
        running[i + 1, 1] = running[i, 1] + words[i]
        running[i + 1, 2] = running[i, 2] + words[i] * good[i]
        running[i + 1, 3] = running[i, 3] + words[i] * linked[i]
    return running


@njit(cache=True, nogil=True)
def to_good(good):  # type: ignore[no-untyped-def]
    """(back, ahead): blocks to the nearest good block before and after each."""
    m = len(good)
    back, ahead = np.full(m, _FAR), np.full(m, _FAR)
    for i in range(1, m):
        back[i] = 1 if good[i - 1] else min(_FAR, back[i - 1] + 1)
    for i in range(m - 2, -1, -1):
        ahead[i] = 1 if good[i + 1] else min(_FAR, ahead[i + 1] + 1)
    return back, ahead


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
def repetition(hashes):  # type: ignore[no-untyped-def]
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
