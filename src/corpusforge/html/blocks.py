"""The table that a scan of a page fills: elements and blocks of text, one row each, in the order of the page."""

from typing import NamedTuple

import numpy as np

# Columns of `Page.nodes`. Node 0 is the page.
TAG, PARENT, DEPTH, SAME, BARRIER, ANCESTORS, FIRST_BLOCK, CHILD = range(8)
NODE_COLUMNS = 8

# Columns of `Page.blocks`: a stretch of text without a block boundary.
(
    START,  # of its text in `Page.text`
    END,
    NODE,  # the element it stands in
    AT,  # where it begins in the page, bytes
    CHARACTERS,  # without spaces
    WORDS,
    LINKED,  # characters within links
    LINKS,
    LINKED_WORDS,
    DIGITS,
    UPPERS,
    MARKS,
    TERMINALS,
    COMMAS,
    WIDES,
    BREAKS,  # single <br> within
    STRONG,  # characters within b, strong, em, i
    LAST,  # class of the last character that is not a closing mark
    FIRST,  # class of the first character
    IN_TITLE,  # words that are in the page's title
    IMAGES,  # since the block before
    SEPARATORS,  # | · • » › / →
    BROKEN,  # begins after two <br>, not after a block element
) = range(23)
BLOCK_COLUMNS = 23

# What a page has beyond these is not read. The longest of 1,500 real pages has 9,000 elements.
MAX_NODES = 2**18
MAX_BLOCKS = 2**16


class Page(NamedTuple):
    """One page as text blocks.

    nodes: int32[n, NODE_COLUMNS]. names: uint64[n], the groups (keywords.py) of each node's names. shapes: uint64[n],
    hash of the node's tag and class and those of its next two ancestors.
    blocks: int32[m, BLOCK_COLUMNS]. inline: uint64[m], groups of the inline elements within. hashes: uint64[m], of the
    block's characters. text: uint8, UTF-8.
    """

    nodes: np.ndarray
    names: np.ndarray
    shapes: np.ndarray
    blocks: np.ndarray
    inline: np.ndarray
    hashes: np.ndarray
    text: np.ndarray
