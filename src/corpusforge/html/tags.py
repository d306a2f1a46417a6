"""The HTML elements that matter for main text: their numbers, what they do to the text, and a lookup by name.

Classes follow the HTML standard (WHATWG, 13 The HTML syntax, and 15.3 the user agent style sheet for what is a block).
"""

import numpy as np

from corpusforge.html.tables import empty_table, fnv, insert
from corpusforge.text.buffers import frozen


def _words(text: str) -> list[str]:
    return text.split()


# Elements that begin and end a block of text. The order gives their numbers: append, never insert.
BLOCK = _words(
    "div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr td th pre blockquote article main "
    "section aside nav header footer figure figcaption form fieldset legend details summary address center hgroup "
    "menu dir listing xmp dialog search hr body html frameset"
)
# Elements whose content is no text for a reader; they are on the stack, so that their end is found.
DROPPED = _words("svg noscript template select button canvas video audio datalist annotation annotation-xml rp")
# Elements whose content is not markup: it ends at their own end tag.
RAW = _words("script style iframe noembed noframes textarea title")
# Elements without content.
VOID = _words("area base br col embed img input link meta param source track wbr keygen basefont bgsound frame")
INLINE = _words("a b strong em i u span font label code cite q abbr small sub sup time head optgroup option")

NAMES = ["", *BLOCK, *DROPPED, *RAW, *VOID, *INLINE, "custom-element"]
NUMBER = {name: number for number, name in enumerate(NAMES)}
COUNT = len(NAMES)
CUSTOM = COUNT - 1  # an element with a hyphen in its name: a block whose meaning nobody knows

# What the scanner does with an element.
IS_INLINE, IS_BLOCK, IS_DROPPED, IS_RAW, IS_VOID = range(5)

# Ancestors that features know of, as bits.
KNOWN_ANCESTORS = _words(
    "article main section aside nav header footer figure form ul ol li dl table td blockquote details pre figcaption "
    "h1 h2 h3 dialog address center"
)


def _kinds() -> np.ndarray:
    kinds = np.zeros(COUNT, np.uint8)
    for names, kind in ((BLOCK, IS_BLOCK), (DROPPED, IS_DROPPED), (RAW, IS_RAW), (VOID, IS_VOID)):
        for name in names:
            kinds[NUMBER[name]] = kind
    kinds[CUSTOM] = IS_BLOCK
    return frozen(kinds)


def _ancestor_bits() -> np.ndarray:
    bits = np.zeros(COUNT, np.uint32)
    for bit, name in enumerate(KNOWN_ANCESTORS):
        bits[NUMBER[name]] = 1 << bit
    bits[NUMBER["th"]] = bits[NUMBER["td"]]
    return frozen(bits)


def _lookup() -> tuple[np.ndarray, np.ndarray]:
    keys, values = empty_table(512)
    for name, number in NUMBER.items():
        if name:
            insert(keys, values, fnv(name.encode()), number)
    return frozen(keys), frozen(values)


KINDS = _kinds()
ANCESTOR_BITS = _ancestor_bits()
KEYS, VALUES = _lookup()
