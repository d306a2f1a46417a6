"""One file of `language_configs/`: its typed shape, reading, and the files it inherits from."""

from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from corpusforge import yaml12
from corpusforge.errors import UserError
from corpusforge.validation import Strict, validate

Code = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}_[A-Z][a-z]{3}$")]
Iso639_1 = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Iso639_3 = Annotated[str, StringConstraints(pattern=r"^[a-z]{3}$")]
ThresholdName = Annotated[str, StringConstraints(pattern=r"^(min|max)_[a-z0-9_]+$")]
# A boolean is a number to Python; a threshold of `true` is a slip of the pen.
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Text = Annotated[str, StringConstraints(min_length=1, strict=True)]


# Who measured wins over who published, and that over what nobody did; see `rank`.
_RANKS = ("default", "published", "calibrated")
# What a file tells about a language that no value of it rests on.
Fact = Literal["names", "iso639_1", "family", "macrolanguage", "related"]


def rank(provenance: str) -> int:
    """Which of two values in one file counts: the one with the higher rank (0 default, 1 published, 2 calibrated)."""
    kind = provenance.partition(":")[0]
    return _RANKS.index(kind) if kind in _RANKS else 0


class Names(Strict):
    """What a language is called: in English, by itself, and otherwise (other spellings and codes)."""

    english: Text
    native: Text | None = None
    other: tuple[Text, ...] = ()


class SegmenterChoice(Strict):
    """The segmenter that cuts the language into words, and who says so."""

    use: Text
    provenance: Text


class LidLabel(Strict):
    """What an identification model calls the language, and the least score (0 to 1) to believe it at.

    `also`: further labels that mean it, of the model or of its other releases.
    """

    label: Text
    also: tuple[Text, ...] = ()
    min_score: Annotated[float, Field(strict=True, ge=0, le=1)]
    provenance: Text


class ThresholdBlock(Strict):
    """Thresholds of one provenance. `null` is off; zero is a number."""

    provenance: Text
    values: dict[ThresholdName, Number | None]


class StopWordBlock(Strict):
    """Stop words of one provenance."""

    provenance: Text
    words: tuple[Text, ...]


class Rehydration(Strict):
    """How often to repeat a document whose cluster of near-duplicates had so many members.

    `repeats` maps the first size of a run of sizes to the copies: {1: 1, 2: 10, 3: 6} gives six copies to a document of
    3 or more. `max_repeats` is the most copies that the rule allowed.
    """

    provenance: Text
    max_repeats: Annotated[int, Field(ge=1)]
    repeats: Annotated[dict[Annotated[int, Field(ge=1)], Annotated[int, Field(strict=True, ge=0)]], Field(min_length=1)]


class Contamination(Strict):
    """A score from 0 to 1 for texts of other languages among those that a model gives to this one. The published pipeline
    filters languages above 0.1 for precision.
    """

    provenance: Text
    value: Annotated[float, Field(strict=True, ge=0, le=1)]


class LanguageFile(Strict):
    """A language-script, a family in a script (`family/<Family>-<Scrp>.yaml`), a script (`script/<Scrp>.yaml`) or
    `default.yaml`, as written: nothing inherited yet.

    `macrolanguage` is the ISO 639-3 macrolanguage that the language belongs to, `related` further languages (ISO 639-3) that
    a reader may have meant; `default_script` marks the most used script of a language; `provenance` says where facts come
    from that have no place for it beside them.
    """

    code: Code | None = None
    inherits: Text | None = None
    default_script: bool = False
    names: Names | None = None
    iso639_1: Iso639_1 | None = None
    family: Text | None = None
    macrolanguage: Iso639_3 | None = None
    related: tuple[Iso639_3, ...] = ()
    direction: Literal["ltr", "rtl"] | None = None
    segmenter: SegmenterChoice | None = None
    lid: dict[str, LidLabel] = Field(default_factory=dict)
    thresholds: tuple[ThresholdBlock, ...] = ()
    stop_words: tuple[StopWordBlock, ...] = ()
    rehydration: Rehydration | None = None
    contamination: Contamination | None = None
    provenance: dict[Fact, Text] = Field(default_factory=dict)


def read_file(folder: Path, name: str) -> LanguageFile:
    """Read `<folder>/<name>.yaml`. Raises UserError, naming file and line, when it is absent or not valid."""
    return read_document(folder, name)[1]


def read_document(folder: Path, name: str) -> tuple[yaml12.Document, LanguageFile]:
    """A file as YAML, which knows the line of every value, and as its model. Raises UserError like `read_file`."""
    document = yaml12.load(folder / f"{name}.yaml")
    file = validate(LanguageFile, document)
    if file.code is not None and file.code != name:
        where = document.where(("code",))
        raise UserError(f"{where}: code '{file.code}' is not the file's name; rename one of them")
    seen: set[tuple[str, bool]] = set()
    for index, block in enumerate(file.thresholds):
        measured = rank(block.provenance) == rank("calibrated")
        for threshold in block.values:
            # A calibrated value stands beside the published one that it replaces, so that both can be seen.
            if (threshold, measured) in seen:
                where = document.where(("thresholds", index, "values", threshold))
                raise UserError(f"{where}: threshold '{threshold}' stands in two blocks; remove one of them")
            seen.add((threshold, measured))
    return document, file


# Scripts and the default are few and shared by all languages: each is read once per process.
_read_shared = lru_cache(maxsize=None)(read_file)


def read_chain(folder: Path, code: str, own: LanguageFile | None = None) -> list[tuple[str, LanguageFile]]:
    """The file of a language-script, then what it inherits from, nearest first, as (name, file). `own` stands in the
    place of the folder's file of that language-script.

    Raises UserError for a file that inherits from itself.
    """
    chain = [(code, own or read_file(folder, code))]
    while (parent := chain[-1][1].inherits) is not None:
        if parent in [name for name, _ in chain]:
            raise UserError(f"{folder / chain[-1][0]}.yaml: inherits from '{parent}', which inherits from it")
        if not (folder / f"{parent}.yaml").is_file():
            raise UserError(f"{folder / chain[-1][0]}.yaml: inherits from '{parent}', and there is no {parent}.yaml")
        chain.append((parent, _read_shared(folder, parent)))
    return chain
