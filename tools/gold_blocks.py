"""Which blocks of a page its gold text is made of: a word alignment of the two."""

import numpy as np
from benchmarks.gold_pages import tokens
from numba import njit

from corpusforge.html import blocks as b

_RUN = 0.3  # what a matched word gains more when the word before it matched too: text comes in stretches
_MOST = 400_000_000  # cells of the alignment; a page that needs more is left out


def block_text(page: b.Page, number: int) -> str:
    """Text of a block."""
    return bytes(page.text[page.blocks[number, b.START] : page.blocks[number, b.END]]).decode("utf-8", "replace")


def block_tokens(page: b.Page) -> list[list[str]]:
    """Tokens of every block, as scores count them."""
    return [tokens(block_text(page, number)) for number in range(len(page.blocks))]


def labels(blocks: list[list[str]], gold: str) -> np.ndarray | None:
    """float32[blocks]: the share of each block's words that stand in the gold text at this place of it.

    None where the page is too long to align.
    """
    theirs = tokens(gold)
    ours = [token for block in blocks for token in block]
    if len(ours) * len(theirs) > _MOST:
        return None
    number = {token: place for place, token in enumerate(dict.fromkeys(theirs))}
    left = np.array([number.get(token, -1) for token in ours], np.int32)
    right = np.array([number[token] for token in theirs], np.int32)
    matched = _align(left, right) if len(left) and len(right) else np.zeros(len(left), np.bool_)
    ends = np.cumsum([len(block) for block in blocks])
    found = np.zeros(len(blocks), np.float32)
    for row, (block, end) in enumerate(zip(blocks, ends, strict=True)):
        if block:
            found[row] = matched[end - len(block) : end].mean()
    return found


@njit(cache=True)
def _align(left, right):  # type: ignore[no-untyped-def]
    """Which words of `left` a longest common subsequence with `right` matches, long runs preferred."""
    n, m = len(left), len(right)
    steps = np.zeros((n, m), np.uint8)  # 1 up, 2 left, 3 match; +4: the match before it goes on
    best = np.zeros(m + 1, np.float32)
    run = np.zeros(m + 1, np.float32)
    for i in range(n):
        before_best, before_run = np.float32(0), np.float32(-1)
        for j in range(m):
            above_best, above_run = best[j + 1], run[j + 1]
            match = np.float32(-1)
            step = 0
            if left[i] == right[j]:
                match = before_best + np.float32(1)
                if before_run > 0 and before_run + np.float32(1 + _RUN) > match:
                    match = before_run + np.float32(1 + _RUN)
                    step = 4
            value, way = above_best, 1
            if best[j] > value:
                value, way = best[j], 2
            if match > value:
                value, way = match, 3
            best[j + 1], run[j + 1] = value, match
            steps[i, j] = way | step
            before_best, before_run = above_best, above_run
    matched = np.zeros(n, np.bool_)
    i, j, within = n - 1, m - 1, False
    while i >= 0 and j >= 0:
        step = steps[i, j]
        if within or step & 3 == 3:
            matched[i] = True
            within = step & 4 != 0
            i -= 1
            j -= 1
        elif step & 3 == 1:
            i -= 1
        else:
            j -= 1
    return matched
