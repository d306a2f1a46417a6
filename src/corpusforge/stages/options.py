"""What a recipe may say about each stage: typed options, and the columns that the stage requires and provides."""

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from corpusforge.dedup.policies import order_column
from corpusforge.models.model_files import MODELS
from corpusforge.validation import Strict

_UNITS = {"b": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30, "kb": 10**3, "mb": 10**6, "gb": 10**9}


def parse_bytes(value: Any) -> Any:
    """`512 MiB` -> 536870912; numbers are bytes."""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*([0-9.]+)\s*([A-Za-z]+)\s*", value)
        if not match or match[2].lower() not in _UNITS:
            raise ValueError("must be a size such as '512 MiB'")
        return int(float(match[1]) * _UNITS[match[2].lower()])
    return value


Bytes = Annotated[int, BeforeValidator(parse_bytes), Field(gt=0)]

STATISTICS = (
    "chars",
    "utf8_bytes",
    "lines",
    "non_empty_lines",
    "all_words",
    "words",
    "avg_word_length",
    "alpha_word_ratio",
    "hash_ratio",
    "ellipsis_ratio",
    "bullet_line_ratio",
    "end_ellipsis_ratio",
    "stop_words",
    "dup_para_frac",
    "dup_para_char_frac",
    "dup_line_frac",
    "dup_line_char_frac",
    "top_2_gram_frac",
    "top_3_gram_frac",
    "top_4_gram_frac",
    "dup_5_gram_frac",
    "dup_6_gram_frac",
    "dup_7_gram_frac",
    "dup_8_gram_frac",
    "dup_9_gram_frac",
    "dup_10_gram_frac",
    "line_punct_ratio",
    "short_line_ratio",
    "char_dup_ratio",
    "list_ratio",
)


C4_STATISTICS = (
    "c4_sentences",
    "c4_kept_lines",
    "c4_long_word_lines",
    "c4_unpunctuated_lines",
    "c4_few_word_lines",
    "c4_javascript_lines",
    "c4_policy_lines",
    "c4_lorem_ipsum",
    "c4_curly_bracket",
    "c4_long_lines",
)

EVIDENCE_STATISTICS = (
    "letter_word_ratio",
    "sentence_word_ratio",
    "opening_capital_ratio_at_most",
    "repeated_seam_ratio_at_most",
    "repeated_line_ratio",
    "bullet_line_ratio_at_least",
    "end_ellipsis_ratio_at_least",
)

ON_DEMAND = {"c4": C4_STATISTICS, "evidence": EVIDENCE_STATISTICS}
"""Groups of statistics that are computed where `signals.sets` names a filter set that reads one of them."""


Segmenter = Literal["unicode", "icu", "reference"]


class StageOptions(Strict):
    """Options of one stage, and what the stage declares.

    `mode` says whether rows meet: map (1:1) or exchange (a barrier). `version` rises when the output for an unchanged
    input changes; `libraries` are the packages whose version decides on the output.
    """

    mode: ClassVar[str] = "map"
    version: ClassVar[int] = 1
    libraries: ClassVar[tuple[str, ...]] = ()
    requires: ClassVar[tuple[str, ...]] = ()
    provides: ClassVar[tuple[str, ...]] = ()

    def needs(self) -> tuple[str, ...]:
        """`requires`; some options need more columns."""
        return self.requires

    def output_version(self) -> int:
        """`version`; a stage with several engines has one for each."""
        return self.version

    def output_libraries(self) -> tuple[str, ...]:
        """`libraries`, of those the ones that these options use."""
        return self.libraries

    def without_effect(self) -> tuple[str, ...]:
        """Names of options that, as they are here, do not change the output."""
        return ()


class Read(StageOptions):
    """How inputs become records: which fields of JSONL and Parquet rows mean what; limits of work."""

    libraries = ("resiliparse",)
    provides = ("url", "html")
    text: str = "text"
    id: str = "id"
    url: str = "url"
    date: str = "date"
    dump: str = "dump"
    max_page: Bytes = 16 * 2**20
    max_line: Bytes = 64 * 2**20
    batch: Bytes = 8 * 2**20


class UrlFilter(StageOptions):
    """Ends records whose URL is on the block lists."""

    libraries = ("tldextract",)
    requires = ("url",)
    lists: Literal["datatrove"] = "datatrove"


class LanguageGate(StageOptions):
    """Ends pages that cannot be in a wanted language, before extraction. Off under `--lang all`, and for records that came
    with text. `min_letters`: pages with fewer go on; `min_script_letters`: so many must be in a script of a wanted
    language; `min_score`: what the model must give one, in some window of the page."""

    requires = ("url", "html")
    min_letters: Annotated[int, Field(ge=0)] = 200
    min_script_letters: Annotated[int, Field(ge=0)] = 25
    min_score: Annotated[float, Field(gt=0, le=1)] = 0.1


class Extract(StageOptions):
    """Main text of HTML pages. Records that came with text pass through. `engine`: trafilatura is the published
    pipeline's; blocks is ours, many times as fast; resiliparse is the fastest, and keeps more that is not main text.
    `tables`: what data tables become."""

    libraries = ("trafilatura", "lxml", "resiliparse")
    requires = ("html",)
    provides = ("text",)
    engine: Literal["trafilatura", "resiliparse", "blocks"] = "trafilatura"
    favor: Literal["precision"] = "precision"
    tables: Literal["markdown", "text", "drop"] = "markdown"
    watchdog_s: Annotated[float, Field(gt=0)] = 60.0
    memory: Bytes = 2 * 2**30

    engine_versions: ClassVar[dict[str, int]] = {"trafilatura": 1, "resiliparse": 1, "blocks": 1}
    engine_libraries: ClassVar[dict[str, tuple[str, ...]]] = {
        "trafilatura": ("trafilatura", "lxml"),
        "resiliparse": ("resiliparse",),
        "blocks": (),
    }

    def output_version(self) -> int:
        """Of the engine."""
        return self.engine_versions[self.engine]

    def output_libraries(self) -> tuple[str, ...]:
        """Of the engine."""
        return self.engine_libraries[self.engine]

    def without_effect(self) -> tuple[str, ...]:
        """Limits that the engine does not have; `tables` where it says what was done before there was the option."""
        limits = ("watchdog_s", "memory") if self.engine == "blocks" else ("watchdog_s",)
        return (*limits, "tables") if self.engine == "trafilatura" and self.tables == "markdown" else limits


class Identify(StageOptions):
    """Language and script of the text. `model`: lid176, glotlid, openlid, or the path of a model: a fastText file, or one
    that `corpusforge train lid` made. `path`: its file, where it is not the usual one, or `model` is a name of your own.
    `labels`: a file that says what the model's labels mean where they do not say it themselves, a line each:
    label<TAB>language-script. `sample`: how much of a long text the model looks at (null: all of it)."""

    version = 3
    requires = ("text",)
    provides = ("language", "language_script", "language_score", "top_langs")
    model: str = "lid176"
    path: str | None = None
    labels: str | None = None
    sample: Annotated[int, BeforeValidator(parse_bytes), Field(ge=2**10)] | None = 8 * 2**10

    @field_validator("model")
    @classmethod
    def _named(cls, model: str) -> str:
        close = get_close_matches(model, MODELS, n=1, cutoff=0.7)
        if close and model not in MODELS and not Path(model).is_file():
            raise ValueError(f"unknown model '{model}' (did you mean '{close[0]}'?)")
        return model


class Exact(StageOptions):
    """Copies by the normal form of the text, as it was extracted, and of the URL; rules of `exact_text` and `exact_url` drop
    them. `survivor`: which of them stays (a document without a date after those with one), then the least key; `tracking`:
    URLs that differ only in parameters that say where a reader came from are the same."""

    mode = "exchange"
    requires = ("text", "url", "language")
    provides = ("duplicate_text", "duplicate_url", "exact_copies")
    text: bool = True
    url: bool = True
    survivor: Literal["longest", "oldest", "newest", "first"] = "longest"
    tracking: bool = True


class Lines(StageOptions):
    """Takes out lines that many documents of a host, or of the language, repeat: menus, notices, signatures. It works on the
    text before anything is computed of it; the rule of `lines` ends documents of which nothing is left.

    `documents` and `share`: in so many of the scope's documents, and in such a share of them, a line must stand; copies
    that `exact` finds do not count. `min_chars`: shorter lines stay, and so do those without a letter. `keep`: whether one
    document of the scope, that with the least key, keeps the line."""

    mode = "exchange"
    libraries = ("pyarrow",)
    requires = ("text", "url", "language")
    provides = ("boilerplate_lines", "boilerplate_ratio")
    scope: Literal["host", "language"] = "host"
    min_chars: Annotated[int, Field(ge=1)] = 20
    documents: Annotated[int, Field(ge=2)] = 3
    share: Annotated[float, Field(ge=0, le=1)] = 0.001
    keep: Literal["one", "none"] = "one"


class Signals(StageOptions):
    """Statistics per document; all are stored, those of C4 and of better evidence where a filter set in `sets` reads them.

    `segmenter`: cuts words for these and for the signature; null is each language's own choice.
    """

    version = 2
    libraries = ("icu4py",)
    requires = ("text", "language")
    provides = (*STATISTICS, *C4_STATISTICS, *EVIDENCE_STATISTICS)
    sets: tuple[str, ...]
    segmenter: Segmenter | None = None


class Signature(StageOptions):
    """MinHash signature of word shingles. `kind`: `corpusforge` takes the words that the statistics are of, and drops
    punctuation, symbols, and marks that writing may leave out; `datatrove` is the published one, and drops all nonspacing
    marks, so that it merges words that only these tell apart."""

    libraries = ("icu4py", "regex")
    requires = ("text", "language")
    provides = ("signature",)
    kind_: Literal["corpusforge", "datatrove"] = Field("corpusforge", alias="kind")
    bands: Annotated[int, Field(gt=0)] = 14
    rows: Annotated[int, Field(gt=0)] = 8
    words: Annotated[int, Field(gt=0)] = 5

    kind_versions: ClassVar[dict[str, int]] = {"corpusforge": 2, "datatrove": 1}

    def output_version(self) -> int:
        """Of the kind."""
        return self.kind_versions[self.kind_]


class Precision(StageOptions):
    """Evidence for small languages that models take others for: words that only the language uses, and its URL. `lists`: a
    file made by `corpusforge words`; `above`: only languages with more contamination than that."""

    libraries = ("icu4py",)
    requires = ("text", "language", "url")
    provides = ("precision_words", "url_language")
    lists: str | None = None
    above: Annotated[float, Field(ge=0, le=1)] = 0.1


class Admit(StageOptions):
    """Rules before deduplication: what may be clustered at all."""

    rules: tuple[str, ...] = ("language",)


class Deduplicate(StageOptions):
    """Near-duplicate clusters per language: documents that share a band of their signatures and are alike.

    `verify`: `sketch` compares signatures (112 hashes estimate a similarity of .72 with a standard error of .04), `exact`
    the sets of shingles, for which it reads the text of candidates, `none` takes every candidate for a duplicate, and the
    duplicates of duplicates, as published. `threshold`: the least similarity; null is where the odds of sharing a band rise
    steepest. `survivor`: longest, oldest, newest (by date), best:<signal> (highest), first (by key). `keep`: `replace`
    chooses survivors anew when documents come; `old` lets those of earlier versions stay. `cap`: documents of one bucket
    beyond which it is cut finer. `memory`: what one step may take for rows; a language with more is worked on in files."""

    mode = "exchange"
    version = 2
    requires = ("signature",)
    provides = ("duplicate", "minhash_cluster_size")
    verify: Literal["sketch", "exact", "none"] = "sketch"
    threshold: Annotated[float, Field(gt=0, le=1)] | None = None
    survivor: str = "longest"
    keep: Literal["replace", "old"] = "replace"
    cap: Annotated[int, Field(gt=0)] = 2000
    memory: Bytes = 512 * 2**20

    @field_validator("survivor")
    @classmethod
    def _policy(cls, survivor: str) -> str:
        order_column(survivor)
        return survivor

    @model_validator(mode="after")
    def _has_effect(self) -> "Deduplicate":
        if self.verify == "none" and self.threshold is not None:
            raise ValueError("threshold has no effect with verify: none; leave one of them out")
        return self

    def needs(self) -> tuple[str, ...]:
        """The signature, and what survivors are chosen by; every document has a date, or none."""
        column = order_column(self.survivor)
        return (*self.requires, *([column] if column not in (None, "date") else []))


class Decide(StageOptions):
    """Rules after deduplication."""

    rules: tuple[str, ...]


class Clean(StageOptions):
    """Edits of kept documents: encoding repair, personal data, table artefacts."""

    libraries = ("ftfy",)
    requires = ("text",)
    steps: tuple[Literal["ftfy", "pii", "symbol_lines"], ...] = ("ftfy", "pii", "symbol_lines")


class Write(StageOptions):
    """The corpus, as Parquet shards of a target size of text per language. `versions`: how many versions of the corpus
    stay readable, the newest included; what each one changed is kept of all."""

    version = 2
    mode = "exchange"
    requires = ("text",)
    format: Literal["parquet"] = "parquet"
    shard: Bytes = 512 * 2**20
    versions: Annotated[int, Field(gt=0)] = 2


STAGES: dict[str, type[StageOptions]] = {
    "read": Read,
    "url_filter": UrlFilter,
    "language_gate": LanguageGate,
    "extract": Extract,
    "identify": Identify,
    "exact": Exact,
    "lines": Lines,
    "signals": Signals,
    "signature": Signature,
    "precision": Precision,
    "admit": Admit,
    "deduplicate": Deduplicate,
    "decide": Decide,
    "clean": Clean,
    "write": Write,
}
