"""What the names that pages give their elements (class, id, role, itemprop) say about them, as bits of a mask.

By the web's convention these names are English whatever the language of the text; a few common ones of other languages
stand beside them. A pattern is found anywhere in a name; `-` is where a word begins or ends: punctuation, a digit, a
capital after a small letter, or the ends of the name.
"""

import numpy as np

from corpusforge.html.kernel import kernel
from corpusforge.text.buffers import frozen

GROUPS: dict[str, str] = {
    "article": "article artikel articulo artigo",
    "body": "body",
    "content": "content contenu inhalt conteudo contenido contenuto",
    "main": "-main principal hauptteil",
    "post": "-post -entry hentry -blog",
    "story": "story",
    "text": "-text text- texte texto prose richtext -copy- wysiwyg -rte markdown freetext",
    "paragraph": "paragraph -para- -par- -graf",
    "comment": "comment disqus respond kommentar -reply replies discuss",
    "footer": "footer -foot- colophon",
    "header": "header masthead -head- -hd-",
    "nav": "-nav menu navbar navigation",
    "sidebar": "sidebar -aside -rail rightcol -side- secondary complementary",
    "related": "related recommend similar -more also- suggest trending popular mostread outbrain taboola zergnet "
    "-next- -prev readnext upnext",
    "share": "share sharing social facebook twitter whatsapp addtoany -follow",
    "ad": "-ad- -ads- -adv- advert sponsor promo banner -dfp werbung -gpt- commercial affiliate",
    "newsletter": "newsletter subscri signup -sign-up paywall register -abo- donat membership premium piano",
    "cookie": "cookie consent gdpr privacy onetrust -cmp-",
    "breadcrumb": "breadcrumb -crumb",
    "tags": "-tag- -tags taglist tagcloud keyword topic categor",
    "byline": "byline author autor -bio- contributor writer reporter signature",
    "date": "-date -time- timestamp published datum -fecha dateline",
    "caption": "caption credit bildunterschrift legend",
    "figure": "figure image -img photo picture media bild foto",
    "gallery": "gallery slide carousel galerie swiper slick",
    "video": "video player audio podcast embed",
    "widget": "widget module plugin -block component",
    "popup": "popup modal overlay dialog tooltip toast lightbox dropdown collapse accordion",
    "login": "login account -user profile -cart logout member-",
    "search": "search suche buscar",
    "teaser": "teaser -card excerpt -item tile -list- -list -grid archive -feed loop",
    "hidden": "hidden hide invisible print -sr- screen-reader visually -noprint collapsed",
    "title": "title headline heading kicker overline titre titulo rubric",
    "lead": "-lead lede intro standfirst summary subtitle subhead -deck- -dek description abstract chapo vorspann "
    "sapo teasertext",
    "quote": "quote zitat blockquote",
    "infobox": "infobox factbox -box fact- callout",
    "legal": "copyright legal disclaimer imprint impressum terms license",
    "wrapper": "wrapper container layout -row- -col- inner outer column",
    "code": "-code- highlight syntax -pre- codehilite",
    "toc": "-toc- tableofcontents table-of-contents outline",
    "reference": "reference footnote -cite -ref- biblio source",
    "meta": "meta info details stats",
    "rating": "rating review -vote -like- -poll survey",
    "product": "product price shop- -buy store",
    "edit": "editsection -edit-",
    "notice": "notice alert message warning correction -hint -note-",
    "pager": "pagination pager pagenav",
    "button": "button -btn -cta- readmore -link",
    "live": "live ticker breaking update",
    "section": "section region -zone",
}
ATTRIBUTE_GROUPS = (
    "is_hidden",  # hidden, aria-hidden=true, style=display:none
    "role_main",
    "role_landmark",  # navigation, banner, contentinfo, complementary, search, dialog, menu ...
    "articlebody",  # itemprop, or a name that says so
    "itemprop",
)
NAMES = (*GROUPS, *ATTRIBUTE_GROUPS)
BIT = {name: bit for bit, name in enumerate(NAMES)}
IS_HIDDEN = np.uint64(1 << BIT["is_hidden"])
ROLE_MAIN = np.uint64(1 << BIT["role_main"])
ROLE_LANDMARK = np.uint64(1 << BIT["role_landmark"])
ITEMPROP = np.uint64(1 << BIT["itemprop"])

_PATTERNS = {name: patterns.split() for name, patterns in GROUPS.items()} | {
    "articlebody": [
        "articlebody",
        "-article-body",
        "-article-content",
        "-entry-content",
        "-post-content",
        "-story-body",
    ]
}
_SYMBOLS = 27  # 0: a boundary; 1-26: letters


def _symbol(character: str) -> int:
    return 0 if character == "-" else ord(character) - 96


def _automaton() -> tuple[np.ndarray, np.ndarray]:
    """Aho and Corasick's automaton (CACM 1975): next state int16[states, symbols], and what a state has found."""
    steps: list[dict[int, int]] = [{}]
    found = [0]
    for name, patterns in _PATTERNS.items():
        for pattern in patterns:
            state = 0
            for symbol in map(_symbol, pattern):
                if symbol not in steps[state]:
                    steps[state][symbol] = len(steps)
                    steps.append({})
                    found.append(0)
                state = steps[state][symbol]
            found[state] |= 1 << BIT[name]
    table = np.zeros((len(steps), _SYMBOLS), np.int16)
    fallback = [0] * len(steps)
    queue = list(steps[0].values())
    for symbol, state in steps[0].items():
        table[0, symbol] = state
    for state in queue:
        found[state] |= found[fallback[state]]
        table[state] = table[fallback[state]]
        for symbol, follower in steps[state].items():
            fallback[follower] = int(table[fallback[state], symbol])
            table[state, symbol] = follower
            queue.append(follower)
    return frozen(table), frozen(np.array(found, np.uint64))


STEPS, FOUND = _automaton()


@kernel
def name_mask(data: np.ndarray, start: int, end: int, steps: np.ndarray, found: np.ndarray) -> np.uint64:
    """The groups that the names in `data[start:end]` belong to, as bits."""
    mask = np.uint64(0)
    state = steps[0, 0]
    at_boundary, was_small = True, False
    for at in range(start, end):
        byte = data[at]
        small = 97 <= byte <= 122
        if small or 65 <= byte <= 90:
            if was_small and not small:
                state = steps[state, 0]
                mask |= found[state]
            state = steps[state, (byte | 32) - 96]
            mask |= found[state]
            at_boundary = False
        elif not at_boundary:
            state = steps[state, 0]
            mask |= found[state]
            state = steps[0, 0] if byte == 32 else state
            at_boundary = True
        was_small = small
    if not at_boundary:
        mask |= found[steps[state, 0]]
    return mask
