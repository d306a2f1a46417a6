"""The names of the features, in the order of their columns, and the kind of block that each tag makes."""

import numpy as np

from corpusforge.html import keywords as k
from corpusforge.html import tags

KINDS = ("p", "heading", "li", "cell", "pre", "blockquote", "definition", "caption", "other")


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
GROUP = _words("blocks words good_ratio linked share")
GROUPS = ("element", "parent", "grandparent", "article", "shape", "window", "inner_article")
_TOP = _words("in_top top_steps top_share top_words")
_NEIGHBOUR = _words("kind words linked ends_sentence good same_shape same_parent in_title")
OFFSETS = (-3, -2, -1, 1, 2, 3)

FIRST_NAMES: tuple[str, ...] = (
    *(f"is_{kind}" for kind in KINDS),
    *_OWN,
    *_PLACE,
    *(f"{group}_{name}" for group in GROUPS for name in GROUP),
    *_TOP,
    *(f"{name}{offset:+d}" for offset in OFFSETS for name in _NEIGHBOUR),
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


def _kind_of_tags() -> np.ndarray:
    kinds = np.full(tags.COUNT, KINDS.index("other"), np.int64)
    for kind, names in {
        "p": "p", "heading": "h1 h2 h3 h4 h5 h6", "li": "li", "cell": "td th", "pre": "pre listing xmp",
        "blockquote": "blockquote", "definition": "dt dd", "caption": "caption figcaption legend summary",
    }.items():  # fmt: skip
        for name in names.split():
            kinds[tags.NUMBER[name]] = KINDS.index(kind)
    return kinds


KIND = _kind_of_tags()
