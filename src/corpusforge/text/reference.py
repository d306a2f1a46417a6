"""Words as datatrove cuts them, for exact reproduction: slow, and never a language's default."""

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from corpusforge.errors import UserError
from corpusforge.text.buffers import Texts
from corpusforge.text.words import Words

EXTRA = "corpusforge[reference]"
SPACY = ("spacy",)
JAPANESE = ("SudachiPy", "SudachiDict-core")
PACKAGES: dict[str, tuple[str, ...]] = {
    "BurmeseTokenizer": (*SPACY, "pyidaungsu-numpy2"),
    "IndicNLPTokenizer": ("indic-nlp-library",),
    "KhmerTokenizer": ("khmer-nltk",),
    "KiwiTokenizer": ("kiwipiepy", "kiwipiepy_model"),
    "LaoTokenizer": ("laonlp",),
    "SpaCyTokenizer": SPACY,
    "SpaCyTokenizer ja": (*SPACY, *JAPANESE),
    "SpaCyTokenizer vi": (*SPACY, "pyvi", "python-crfsuite"),
    "SpaCyTokenizer zh": (*SPACY, "jieba"),
    "ThaiTokenizer": ("pythainlp", "python-crfsuite"),
    "TibetanTokenizer": ("botok",),
    "WhitespaceTokenizer": SPACY,
}
"""Distributions that a class of `datatrove.utils.word_tokenizers` cuts with, by class, or by class and argument."""

NOT_IN_THE_EXTRA = ("pyidaungsu-numpy2", "khmer-nltk", "laonlp", "botok")


class ReferenceSegmenter:
    """datatrove's word splitter of one language-script, looked up by its full form (`pan_Guru`).

    The bare form (`pan`) is another language's for 36 languages (datatrove 0.10.1, tokenizer_assignment.csv). The words
    lie in a buffer of their own: some splitters rewrite the text. Raises UserError where datatrove assigns no splitter,
    where the splitter needs a model that no package carries, and where its packages are not installed.
    """

    name = "reference"

    def __init__(self, code: str) -> None:
        self.version = " ".join(f"{name} {release}" for name, release in reference_versions(code).items())
        self._tokenizer = _splitters().load_word_tokenizer(code)

    def words(self, texts: Texts) -> Words:
        """See `Segmenter`."""
        return Words.from_lists(self._tokenizer.word_tokenize(text) if text else () for text in texts.to_pylist())

    def sentences(self, text: str) -> int:
        """How many sentences datatrove counts in a text: at least one, of an empty text too.

        Raises ValueError for some texts with line feeds (Indic NLP, Thai), as datatrove does.
        """
        return max(1, len(self._tokenizer.span_tokenize(text)))


def reference_versions(code: str) -> dict[str, str]:
    """Versions of the packages that decide on the words of a language-script. Raises UserError as above."""
    kind, argument = _assignment(code)
    if kind == "StanzaTokenizer":
        raise UserError(
            f"{code}: segmenter 'reference': datatrove cuts this language with a Stanza model ('{argument}'), which no "
            f"package carries; {_mend(code)}"
        )
    names = PACKAGES.get(f"{kind} {argument}") or PACKAGES[kind]
    found, missing = {}, []
    for name in ("datatrove", *names):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        wanted = [name if name in NOT_IN_THE_EXTRA else f"'{EXTRA}'" for name in missing]
        raise UserError(
            f"{code}: segmenter 'reference': not installed: {', '.join(missing)}; "
            f"pip install {' '.join(dict.fromkeys(wanted))}, or {_mend(code)}"
        )
    return found


def _mend(code: str) -> str:
    return f"use our own words for it: --set {code}.segmenter=unicode"


def _assignment(code: str) -> tuple[str, str]:
    factory = _splitters().load_tokenizer_assignments().get(code)
    if factory is None:
        raise UserError(f"{code}: segmenter 'reference': datatrove assigns it no word splitter; {_mend(code)}")
    kind, argument = factory.args
    return kind, argument or ""


def _splitters() -> Any:
    return import_module("datatrove.utils.word_tokenizers")
