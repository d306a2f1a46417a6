"""Calibration, measured: which method for which rule, and published beside calibrated thresholds on held-out clean text.

    python -m benchmarks.calibration [--shared DIR] [--write docs/reference/calibration.md]

1. Methods. On one half of each data set every method gives a threshold for every rule. Counted on the other half: the share
   of clean documents that the rule removes, and the share of the same documents after one of the DAMAGES (`noise`).
2. Values. `corpusforge calibrate` on the first half, with its methods, against the published values on the other half.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import xxhash
import zstandard

from corpusforge.calibrate.english import shipped
from corpusforge.calibrate.methods import METHODS
from corpusforge.calibrate.rules import Tunable, broken
from corpusforge.calibrate.sample import read_sample
from corpusforge.calibrate.signals import signals_of
from corpusforge.calibrate.threshold import LEAST_DOCUMENTS, calibrate_threshold
from corpusforge.errors import UserError
from corpusforge.languages import all_codes, load_language
from corpusforge.recipe import load_recipe
from corpusforge.rules.filter_set import load_filter_set
from corpusforge.rules.thresholds import resolve_thresholds

SETS = ("docs_masakhanews", "docs_saudinewsnet", "docs_ttc3600_tur", "docs_vietnamesemds", "docs_ted_blocks")
ENGLISH = "eng_Latn"
SEED = 7
NOTHING = np.zeros((0, 0), np.uint16)


def _repeated(words: list[str], lines: list[str]) -> str:
    """The second half of the words is the first 20 words, over and over."""
    half = len(words) // 2
    return " ".join(words[:half] + (words[:20] * (half // 20 + 1))[:half])


def _listed(words: list[str], lines: list[str]) -> str:
    """Three words a line."""
    return "\n".join(" ".join(words[at : at + 3]) for at in range(0, len(words), 3))


def _numbered(words: list[str], lines: list[str]) -> str:
    """Every second word is a number."""
    return " ".join(word if place % 2 else str(place * 37 % 1000) for place, word in enumerate(words))


def _glued(words: list[str], lines: list[str]) -> str:
    """No space between three words."""
    return " ".join("".join(words[at : at + 3]) for at in range(0, len(words), 3))


def _spaced(words: list[str], lines: list[str]) -> str:
    """A space after every second character."""
    return " ".join(word[at : at + 2] for word in words for at in range(0, len(word), 2))


def _stripped(words: list[str], lines: list[str]) -> str:
    """Lines of eight words without their last character: titles and captions."""
    return "\n".join(" ".join(words[at : at + 8]).rstrip(".!?।،؛:;\"'»”’…።") for at in range(0, len(words), 8))


def _echoed(words: list[str], lines: list[str]) -> str:
    """Every line twice."""
    return "\n".join(line for line in lines for _ in range(2))


DAMAGES: dict[str, Callable[[list[str], list[str]], str]] = {
    "repeated": _repeated,
    "listed": _listed,
    "numbered": _numbered,
    "glued": _glued,
    "spaced": _spaced,
    "stripped": _stripped,
    "echoed": _echoed,
}
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


def compare(source: Source, tunable: list[Tunable], cells: dict[tuple[str, str], Cell]) -> bool:
    """Add a language to the cells; False where a half is too small."""
    language = load_language(source.code)
    try:
        first, second = read_sample([str(source.first)]), read_sample([str(source.second)])
    except UserError:
        return False
    if min(len(first.texts), len(second.texts)) < LEAST_DOCUMENTS:
        return False
    sets = [load_filter_set(name) for name in load_recipe("fineweb2-style").dataset.options("decide").rules]
    now = resolve_thresholds(sets, language.thresholds, source.code)
    reference, clean = (signals_of(one.texts, language, None) for one in (first, second))
    noise = {name: signals_of(damaged(second.texts, name), language, None) for name in DAMAGES}
    english = shipped().statistics
    random_ = np.random.Generator(np.random.PCG64(SEED))
    drawn = np.stack([np.bincount(random_.integers(0, reference.height, reference.height), minlength=reference.height)
                      for _ in range(200)]).astype(np.uint16)  # fmt: skip
    for one in tunable:
        for method in METHODS:
            cell = cells.setdefault((one.name, method), Cell())
            found = calibrate_threshold(one, method, reference, None, drawn, english.get(one.name), now)
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
    return True


def damaged(clean: list[str], name: str) -> list[str]:
    """Documents after a damage."""
    return [DAMAGES[name](text.split(), [line for line in text.split("\n") if line.strip()]) for text in clean]
