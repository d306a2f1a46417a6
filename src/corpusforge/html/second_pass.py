"""What the first forest said of a block's surroundings, as features for the second."""

import numpy as np
from numba import njit

from corpusforge.html import blocks as b
from corpusforge.html.block_groups import by_shape
from corpusforge.html.feature_names import FIRST_COUNT, KIND


def second_pass(page: b.Page, first: np.ndarray, out: np.ndarray) -> None:
    """Fill the columns of `out` that tell what the first forest said (`first`: float32[blocks]) of the surroundings."""
    _second_pass(page.nodes, page.shapes, page.blocks, first, out)


@njit(cache=True, nogil=True)
def _second_pass(nodes, shapes, blocks, first, out):  # type: ignore[no-untyped-def]
    m, n = len(blocks), len(nodes)
    if m == 0:
        return
    words = np.empty(m, np.float32)
    none = np.zeros(m, np.bool_)
    kinds = np.empty(m, np.int64)
    sums = np.zeros((n, 2), np.float32)
    running = np.zeros((m + 1, 2), np.float32)
    content = np.zeros(m + 1, np.float32)
    for i in range(m):
        words[i] = blocks[i, b.WORDS]
        node = blocks[i, b.NODE]
        kinds[i] = KIND[nodes[node, b.TAG]]
        sums[node, 0] += words[i]
        sums[node, 1] += words[i] * first[i]
        running[i + 1, 0] = running[i, 0] + words[i]
        running[i + 1, 1] = running[i, 1] + words[i] * first[i]
        content[i + 1] = content[i] + (words[i] if first[i] > 0.5 else np.float32(0))
    for node in range(n - 1, 0, -1):
        parent = nodes[node, b.PARENT]
        sums[parent, 0] += sums[node, 0]
        sums[parent, 1] += sums[node, 1]
    same_shape, shape_sums = by_shape(shapes, blocks, words, none, first, kinds)
    whole = max(np.float32(1), content[m])
    since = np.float32(99)
    highest = np.float32(0)
    heading = np.float32(0)
    for i in range(m):
        node = blocks[i, b.NODE]
        parent = max(0, nodes[node, b.PARENT])
        above = max(0, nodes[parent, b.PARENT])
        x = out[i]
        f = FIRST_COUNT
        for offset in range(-4, 5):
            x[f] = first[i + offset] if 0 <= i + offset < m else np.float32(-1)
            f += 1
        for which in range(3):
            place = node if which == 0 else (parent if which == 1 else above)
            x[f] = sums[place, 1] / max(np.float32(1), sums[place, 0])
            f += 1
        shape = shape_sums[same_shape[i]]
        x[f] = shape[3] / max(np.float32(1), shape[1])
        x[f + 1] = running[m, 1] / max(np.float32(1), running[m, 0])
        f += 2
        for width in (5, 15):
            a, z = max(0, i - width), min(m, i + width + 1)
            x[f] = (running[z, 1] - running[a, 1]) / max(np.float32(1), running[z, 0] - running[a, 0])
            f += 1
        x[f] = content[i] / whole
        x[f + 1] = (content[m] - content[i + 1]) / whole
        x[f + 2] = np.log1p(content[m])
        x[f + 3] = since
        x[f + 5] = heading
        x[f + 6] = highest
        since = np.float32(1) if first[i] > 0.5 else min(np.float32(99), since + 1)
        highest = max(first[i], highest * np.float32(0.9))
        if kinds[i] == 1:
            heading = first[i]
    until = np.float32(99)
    highest = np.float32(0)
    for i in range(m - 1, -1, -1):
        out[i, FIRST_COUNT + 20] = until
        out[i, FIRST_COUNT + 23] = highest
        until = np.float32(1) if first[i] > 0.5 else min(np.float32(99), until + 1)
        highest = max(first[i], highest * np.float32(0.9))
