"""datatrove's blocks with the published settings of a language, each warmed before anything is measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from benchmarks.protocol import Documents, Missing

SETS = ("gopher_repetition", "fineweb_quality", "gopher_quality")
NEVER = 999  # how FineWeb2 turns the rule on short lines off


class Text:
    """The stages that read text, one after another as FineWeb2's script chains them.

    Parts: identify, signature, filters, clean. The tokenizer is that which datatrove assigns to the language; it is asked
    by the full code (`hin_Deva`), since the short ones lead to a wrong one.
    """

    def __init__(self, documents: Documents) -> None:
        self._code = documents.code
        self._chain = filters(documents.code)
        self._minhash = minhash(documents.code, "signatures")
        self._format = formatters()
        self._lid = language_identification()
        self._items = documents.items
        for work in self._work(documents.items[:3]).values():
            work()
        self.parts = self._work(documents.items)

    def counts(self) -> dict[str, float]:
        """Words by its tokenizer, and what its three filters keep."""
        from datatrove.data import Document
        from datatrove.utils.word_tokenizers import load_word_tokenizer

        split = load_word_tokenizer(self._code).word_tokenize
        documents = [Document(text=text, id="") for text in self._items]
        kept = sum(all(one.filter(document) is True for one in self._chain) for document in documents)
        return {"words": sum(len(split(text)) for text in self._items), "kept": kept}

    def _work(self, texts: Sequence[str]) -> Mapping[str, Callable[[], object]]:
        from datatrove.data import Document

        def identify() -> None:
            for text in texts:
                self._lid.predict(Document(text=text, id=""))

        def sign() -> None:
            for text in texts:
                shingles = self._minhash.get_shingles(text)
                if shingles.size:
                    self._minhash.get_signature(shingles)

        def judge() -> None:
            for text in texts:
                document = Document(text=text, id="")
                for one in self._chain:
                    if one.filter(document) is not True:
                        break

        def repair() -> None:
            for text in texts:
                for one in self._format:
                    text = one.format(text)

        return {"identify": identify, "signature": sign, "filters": judge, "clean": repair}


class Urls:
    """Its URL filter, with its own lists."""

    def __init__(self, documents: Documents) -> None:
        from datatrove.data import Document

        block = url_filter()
        found = [Document(text="", id="", metadata={"url": url}) for url in documents.items]

        def judge() -> None:
            self._kept = sum(block.filter(document) is True for document in found)

        judge()
        self.parts = {"url_filter": judge}

    def counts(self) -> dict[str, float]:
        """URLs let through."""
        return {"kept": self._kept}


def filters(code: str) -> list[Any]:
    """The three filters of FineWeb2, in its order, with the thresholds and stop words published for the language.

    Thresholds are read from our language files, which import them from FineWeb2's; a null threshold is what that
    script writes for off. Raises Missing where the tokenizer is not installed.
    """
    from datatrove.pipeline import filters as blocks

    from corpusforge.languages import load_language
    from corpusforge.rules.filter_set import load_filter_set
    from corpusforge.rules.thresholds import resolve_thresholds

    language = load_language(code)
    value = resolve_thresholds([load_filter_set(name) for name in SETS], language.thresholds, code)
    tokenizer(code)
    repetition = blocks.GopherRepetitionFilter(
        dup_line_frac=value["max_dup_line_frac"] or 0,
        dup_para_frac=value["max_dup_para_frac"] or 0,
        dup_line_char_frac=value["max_dup_line_char_frac"] or 0,
        dup_para_char_frac=value["max_dup_para_char_frac"] or 0,
        top_n_grams=[(n, _or_never(value[f"max_top_{n}_gram_frac"])) for n in (2, 3, 4)],
        dup_n_grams=[(n, _or_never(value[f"max_dup_{n}_gram_frac"])) for n in range(5, 11)],
        language=code,
    )
    fineweb = blocks.FineWebQualityFilter(
        line_punct_thr=value["min_line_punct_ratio"] or 0,
        short_line_thr=_or_never(value["max_short_line_ratio"]),
        char_duplicates_ratio=_or_never(value["max_char_dup_ratio"]),
        new_line_ratio=_or_never(value["max_list_ratio"]),
        language=code,
    )
    gopher = blocks.GopherQualityFilter(
        min_avg_word_length=value["min_avg_word_length"],
        max_avg_word_length=value["max_avg_word_length"],
        max_non_alpha_words_ratio=value["min_alpha_word_ratio"],
        min_stop_words=value["min_stop_words"],
        stop_words=list(language.stop_words),
        language=code,
    )
    return [repetition, fineweb, gopher]


def _or_never(threshold: float | None) -> float:
    return NEVER if threshold is None else threshold


def tokenizer(code: str) -> Any:
    """The tokenizer of a language, loaded. Raises Missing."""
    from datatrove.utils.word_tokenizers import load_word_tokenizer

    try:
        found = load_word_tokenizer(code)
        found.word_tokenize("one two")
    except (ImportError, ValueError) as error:
        raise Missing(f"tokenizer of {code}: {' '.join(str(error).split())}") from error
    return found


def minhash(code: str, folder: str) -> Any:
    """Stage 1 of its MinHash: 14 x 8 hashes of 5-word shingles, by xxhash, as in FineWeb2."""
    import xxhash
    from datatrove.pipeline.dedup import MinhashDedupSignature

    tokenizer(code)
    block = MinhashDedupSignature(folder, language=code)
    block._hash_func = _hashed if xxhash.VERSION.startswith("4") else block._hash_func
    return block


def _hashed(shingle: str) -> int:
    """Its hash function; its own gives xxhash a string, which xxhash 4 does not take."""
    from xxhash import xxh64_intdigest

    return xxh64_intdigest(shingle.encode())


def formatters() -> list[Any]:
    """FTFY, PII, SymbolLines, as FineWeb2 has them."""
    from datatrove.pipeline import formatters as blocks

    symbol_lines = blocks.SymbolLinesFormatter(symbols_to_remove=["|"], replace_char="\n")
    return [blocks.FTFYFormatter(), blocks.PIIFormatter(), symbol_lines]


def language_identification(languages: Sequence[str] | None = None) -> Any:
    """Its class for lid.176, with the model file that we use."""
    from datatrove.utils.lid import FT176LID

    lid = FT176LID(languages)
    lid._model = FasttextModel()
    return lid


class FasttextModel:
    """lid.176.ftz as fastText's own package presents it: `predict(text, k)` gives labels and an array of scores.

    fasttext-predict is the same code, but gives a tuple where fastText gives an array. Loaded when first asked, so that
    an executor can copy the block that holds it.
    """

    def __init__(self) -> None:
        self._model: Any = None

    def predict(self, text: str, k: int = 1) -> tuple[Any, Any]:
        """Labels and scores of one line."""
        import numpy as np

        if self._model is None:
            from fasttext.FastText import _FastText

            from corpusforge.models.model_files import model_path

            self._model = _FastText(str(model_path("lid176")))
        labels, scores = self._model.predict(text, k)
        return labels, np.asarray(scores)


def url_filter() -> Any:
    """Its URL filter; registrable domains come from the packaged list of suffixes, not from the network."""
    from datatrove.pipeline.filters import URLFilter
    from tldextract import TLDExtract

    block = URLFilter()
    block.tldextractor = TLDExtract(cache_dir=None, suffix_list_urls=())
    return block
