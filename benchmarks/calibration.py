"""Calibration, measured: which method for which rule, and published beside calibrated thresholds on held-out clean text.

    python -m benchmarks.calibration [--shared DIR] [--write docs/reference/calibration.md]

1. Methods. On one half of each data set every method gives a threshold for every rule. Counted on the other half: the share
   of clean documents that the rule removes, and of the same documents after a damage (`benchmarks/damages.py`).
2. Values. `corpusforge calibrate` on the first half, with its methods, against the published values on the other half.
"""

import argparse
import io
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
import xxhash
import zstandard

from benchmarks.damages import DAMAGES, damaged
from benchmarks.sources import default_folder
from corpusforge.calibrate.calibration import Calibration, calibrate
from corpusforge.calibrate.english import shipped
from corpusforge.calibrate.fates import Fates, fates_of
from corpusforge.calibrate.methods import METHODS
from corpusforge.calibrate.rules import Tunable, broken, tunables
from corpusforge.calibrate.sample import Sample, read_sample
from corpusforge.calibrate.signals import signals_of
from corpusforge.calibrate.stop_words import stop_words_present
from corpusforge.calibrate.threshold import LEAST_DOCUMENTS, calibrate_threshold
from corpusforge.errors import UserError
from corpusforge.languages import all_codes
from corpusforge.recipe import load_recipe
from corpusforge.rules.filter_set import FilterSet
from corpusforge.settings import Settings

SETS = ("docs_masakhanews", "docs_saudinewsnet", "docs_ttc3600_tur", "docs_vietnamesemds", "docs_ted_blocks")
ENGLISH = "eng_Latn"
RECIPE = "fineweb2-published"  # every threshold of the published table is used there
SEED = 7


# The damage that a rule is there to find.
MEANT = {
    **{f"max_top_{n}_gram_frac": "repeated" for n in (2, 3, 4)},
    **{f"max_dup_{n}_gram_frac": "repeated" for n in range(5, 11)},
    "max_dup_line_frac": "echoed",
    "min_line_punct_ratio": "stripped",
    "max_list_ratio": "listed",
    "min_avg_word_length": "spaced",
    "max_avg_word_length": "glued",
    "min_alpha_word_ratio": "numbered",
}


@dataclass
class Cell:
    """A method and a rule over languages: shares of clean and damaged held-out documents that it removes, relative widths
    of intervals, and how often it gave no value fit for use."""

    clean: list[float] = field(default_factory=list)
    noise: list[float] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    refused: int = 0


@dataclass(frozen=True)
class Source:
    """A data set of one language: files of its two halves."""

    name: str
    code: str
    first: Path
    second: Path


def sources(data: Path, place: Path) -> Iterator[Source]:
    """The languages of SETS that have a configuration, each cut into halves by the hash of the text."""
    configured = set(all_codes())
    for name in SETS:
        for path in sorted((data / name).glob("*.jsonl.zst")):
            code = path.name.partition(".")[0]
            if code not in configured:
                continue
            halves = [place / f"{name}-{code}-{part}.jsonl" for part in ("a", "b")]
            with halves[0].open("w") as one, halves[1].open("w") as other:
                for text in texts(path):
                    target = other if xxhash.xxh3_64_intdigest(text.encode(), SEED) % 2 else one
                    target.write(json.dumps({"text": text}) + "\n")
            yield Source(name.removeprefix("docs_"), code, *halves)


def texts(path: Path) -> Iterator[str]:
    """Texts of a JSONL file."""
    with path.open("rb") as file:
        for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
            if text := json.loads(line)["text"]:
                yield text


@dataclass(frozen=True)
class Value:
    """What calibration on the first half makes of the second: `clean` documents, and `noise`, all damaged copies."""

    source: Source
    found: Calibration
    clean: Fates
    noise: Fates
    joined: float  # share of clean documents of one or two lines
    signals: pl.DataFrame  # of the clean documents


def build_settings(code: str) -> Settings:
    """The recipe for a language-script, whether or not its model knows it."""
    return Settings(load_recipe(RECIPE).model_copy(update={"languages": (code,)}))


def compare(source: Source, tunable: list[Tunable], cells: dict[tuple[str, str], Cell]) -> Value | None:
    """Add a language to the cells, and calibrate it; None where a half is too small."""
    try:
        first, second = read_sample([str(source.first)]), read_sample([str(source.second)])
    except UserError:
        return None
    if min(len(first.texts), len(second.texts)) < LEAST_DOCUMENTS:
        return None
    settings = build_settings(source.code)
    rules = settings.dataset.options("decide").rules
    sets, now = settings.filter_sets(rules), settings.thresholds(source.code, rules)
    reference, clean = (signals_of(one.texts, settings, source.code) for one in (first, second))
    noise = {name: signals_of(damaged(second.texts, name), settings, source.code) for name in DAMAGES}
    english = shipped()
    random_ = np.random.Generator(np.random.PCG64(SEED))
    drawn = np.stack([np.bincount(random_.integers(0, reference.height, reference.height), minlength=reference.height)
                      for _ in range(200)]).astype(np.uint16)  # fmt: skip
    for one in tunable:
        for method in METHODS:
            cell = cells.setdefault((one.name, method), Cell())
            found = calibrate_threshold(one, method, reference, None, drawn, english.of(one), now)
            if found.value is None or found.refused is not None:
                cell.refused += 1
                cell.clean.append(0.0)
                cell.noise.append(0.0)
                continue
            values = {**now, one.name: found.value}
            cell.clean.append(float(np.mean(broken(clean, one, values))))
            cell.noise.append(float(np.mean(broken(noise[MEANT[one.name]], one, values))))
            if found.interval is not None and found.value:
                cell.width.append((found.interval[1] - found.interval[0]) / abs(found.value))
    return _value(source, second, clean, noise, sets)


def _value(
    source: Source, second: Sample, clean: pl.DataFrame, noise: dict[str, pl.DataFrame], sets: list[FilterSet]
) -> Value | None:
    try:
        found = calibrate(source.code, [str(source.first)], recipe=RECIPE, seed=SEED)
    except UserError:
        return None
    off = {one.threshold: None for one in found.doubtful}
    values = {**found.values, "advised": {**found.values["calibrated"], **off}}
    words = tuple(one.word for one in found.stop_words)

    def fates(frame: pl.DataFrame, texts: list[str]) -> Fates:
        present = pl.Series("stop_words", stop_words_present(texts, found.published, words))
        own = frame.with_columns(present)
        return fates_of(sets, {"published": frame, "default": frame, "calibrated": own, "advised": own}, values)

    broken_texts = [text for name in DAMAGES for text in damaged(second.texts, name)]
    return Value(
        source,
        found,
        fates(clean, second.texts),
        fates(pl.concat([noise[name] for name in DAMAGES]), broken_texts),
        float((clean["non_empty_lines"] <= 2).mean() or 0),
        clean,
    )


def main() -> None:
    """Print the page; with --write, store it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    settings = build_settings(ENGLISH)
    sets = settings.filter_sets(settings.dataset.options("decide").rules)
    tunable = [one for one in tunables(sets) if one.own]
    cells: dict[tuple[str, str], Cell] = {}
    with tempfile.TemporaryDirectory() as place:
        found = [
            compare(source, tunable, cells)
            for source in sources(args.shared / "data", Path(place))
            if source.code != ENGLISH
        ]
    from benchmarks.calibration_page import page

    text = page(tunable, cells, [value for value in found if value is not None])
    if args.write:
        args.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
