"""Evidence that a text is in the small language that the model says: words that only it uses, and its URL.

Source: fineweb-2 d0defb2, misc/precision_filtering. Three slips of that program are not repeated: a top-level domain is
compared with the host's last label, a code or name only with whole parts of the URL, and the scheme is no part of it.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

import pyarrow as pa

from corpusforge.languages import Language
from corpusforge.stages.precision_lists import WordList
from corpusforge.text.buffers import Texts
from corpusforge.text.segment import Segmenter

_WORD = re.compile(r"[^\W_]+")
_LANGUAGE_FIELDS = ("lang", "language", "locale", "hl", "l")


def precision(
    texts: Texts,
    urls: Sequence[str | None],
    segmenter: Segmenter,
    language: Language,
    known: WordList | None,
    above: float,
) -> pa.Table:
    """Columns `precision_words` and `url_language`, one row per text.

    precision_words: words of the list that the text holds / its distinct words; url_language: whether the URL names the
    language. Both are null without a list, and for a language whose contamination is known and at most `above`.
    """
    applies = known is not None and (known.contamination is None or known.contamination > above)
    if known is None or not applies:
        return pa.table(
            {"precision_words": pa.nulls(len(texts), pa.float64()), "url_language": pa.nulls(len(texts), pa.bool_())}
        )
    shares = [_share(set(words), known.words) for words in segmenter.words(texts).to_lists()]
    evidence = UrlEvidence(language, known.url_words)
    return pa.table(
        {
            "precision_words": pa.array(shares, pa.float64()),
            "url_language": pa.array([evidence.found(url) for url in urls], pa.bool_()),
        }
    )


def _share(words: set[str], listed: frozenset[str]) -> float:
    return len(words & listed) / len(words) if words else 0.0


class UrlEvidence:
    """Whether a URL says that its page is in a language."""

    def __init__(self, language: Language, listed: Sequence[str]) -> None:
        """`listed`: top-level domains with their dot, other words without."""
        names = (language.names.english, language.names.native or "", *language.names.other)
        words = [*(one for one in listed if not one.startswith(".")), *(name for name in names if len(name) > 3)]
        self._domains = {one.removeprefix(".").casefold() for one in listed if one.startswith(".")}
        self._words = {"-".join(_WORD.findall(word.casefold())) for word in words} - {""}
        codes = [one for one in language.names.other if re.fullmatch(r"[a-z]{2,3}", one)]
        self._codes = {language.iso639_3, language.code.casefold().replace("_", "-"), *codes}

    def found(self, url: str | None) -> bool:
        """By the host's top-level domain; by a code that is a whole label of the host, a whole segment of the path (`pa`,
        `pa-in`) or the value of a field such as `lang`; by a name anywhere between separators. No URL, no evidence."""
        try:
            parts = urlsplit(url if url and "//" in url else f"//{url or ''}")
            host = (parts.hostname or "").casefold()
        except ValueError:
            return False
        labels = host.rstrip(".").split(".")
        if labels[-1] in self._domains:
            return True
        segments = [unquote(one).casefold() for one in parts.path.split("/")]
        fields = [field.partition("=") for field in parts.query.casefold().split("&")]
        codes = [*labels[:-1], *segments, *(value for name, _, value in fields if name in _LANGUAGE_FIELDS)]
        if any(self._is_code(one) for one in codes):
            return True
        told = " ".join([*labels[:-1], *segments, unquote(parts.query).casefold()])
        joined = f"-{'-'.join(_WORD.findall(told))}-"
        return any(f"-{word}-" in joined for word in self._words)

    def _is_code(self, part: str) -> bool:
        part = part.replace("_", "-")
        return part in self._codes or re.sub(r"-[a-z]{2}$", "", part) in self._codes
