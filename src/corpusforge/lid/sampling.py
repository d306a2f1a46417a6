"""What of the labelled text a model is trained on: bounded per language, evenly over sources, free of what it is tested on.

Every choice is by hash of the text, so that it does not depend on the order of files.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import heappop, heappush

import xxhash

from corpusforge.lid.labelled import Labelled
from corpusforge.models.confusable import groups
from corpusforge.text.scripts import letters_of, script_of

STANDARDS = 4  # times the usual amount of text
HELD = 10  # one document in so many is held out while the model is calibrated
SHINGLE_WORDS, SHINGLE_CHARACTERS = 6, 24
OVERLAP = 0.3  # of a line's shingles: it counts as the same text
TWIN = 0.5  # of a language's lines stand in another's: it is no language of its own here
LEAST_REST = 16  # bytes that are worth another text
LEAST_LINE = 20  # characters of a line that says whose it is


@dataclass(frozen=True)
class Piece:
    """A training text of a language-script; `held` out while the model is calibrated."""

    text: str
    source: str
    held: bool


@dataclass
class Sample:
    """Training text by language-script, and what was left out, for the model's card."""

    pieces: dict[str, list[Piece]]
    too_small: list[str] = field(default_factory=list)
    twins: dict[str, str] = field(default_factory=dict)
    other_script: int = 0  # texts whose letters are mostly of another script than their label says
    tested: int = 0  # lines that stand in the texts that the model is to be tested on

    def size(self, code: str) -> int:
        """Bytes of a language-script's training text."""
        return sum(len(piece.text.encode()) for piece in self.pieces[code])


class _First:
    """The texts of the least order that have `most` bytes together; memory is bounded by that."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes = most, 0
        self._heap: list[tuple[int, int, Labelled]] = []  # the last text of the order on top
        self._seen = self.characters = self.bytes = 0  # of all texts, those that went too

    def add(self, order: int, text: Labelled) -> None:
        """Keep a text, and let those go that it makes too many."""
        self._seen += 1
        self.characters += len(text.text)
        self.bytes += len(text.text.encode())
        heappush(self._heap, (-order, self._seen, text))
        self._bytes += len(text.text.encode())
        while self._bytes - len(self._heap[0][2].text.encode()) >= self._most:
            self._bytes -= len(heappop(self._heap)[2].text.encode())

    def texts(self) -> list[tuple[int, Labelled]]:
        """(order, text), in order."""
        return sorted(((-order, text) for order, _, text in self._heap), key=lambda pair: (pair[0], pair[1].document))


def sampled(texts: Iterable[Labelled], seed: int, most: int, least: int, tested: Iterable[Labelled] = ()) -> Sample:
    """At most `most` bytes a language-script, evenly over its sources; none of those with fewer than `least` bytes.

    Lines of which a share OVERLAP stands in `tested`, texts of the same language, are left out.
    """
    barred: dict[str, set[int]] = defaultdict(set)
    for one in tested:
        for line in one.text.splitlines():
            barred[one.code].update(shingles(line))
    sample = Sample({})
    kept: dict[str, dict[str, _First]] = defaultdict(lambda: defaultdict(lambda: _First(STANDARDS * most)))
    for one in texts:
        script = script_of(one.text)
        if script is None or not set(letters_of(script)) & set(letters_of(one.code[4:])):
            sample.other_script += 1
            continue
        order = xxhash.xxh3_64_intdigest(f"{one.document}\n{one.text}".encode(), seed)
        kept[one.code][one.source].add(order, one)
    bounds = _bounds({code: sum(first.bytes for first in own.values()) for code, own in kept.items()}, most)
    for code in sorted(kept):
        chosen = _chosen(kept[code], bounds[code], barred.get(code, set()), sample)
        if sum(len(piece.text.encode()) for piece in chosen) < least:
            sample.too_small.append(code)
        else:
            sample.pieces[code] = chosen
    _drop_twins(sample)
    return sample


def _bounds(sizes: dict[str, int], most: int) -> dict[str, int]:
    """Bytes per language: `most`; where several standards of one language have more, as much as all of these have, up to
    STANDARDS times as much: only rare words tell them apart."""
    bounds = dict.fromkeys(sizes, most)
    for group in groups():
        rich: dict[str, list[str]] = defaultdict(list)
        for code, size in sizes.items():
            if group.standards and size > most and code[:3] in group.members:
                rich[code[4:]].append(code)
        for own in rich.values():
            if len(own) > 1:
                bounds |= dict.fromkeys(own, min(*(sizes[code] for code in own), STANDARDS * most))
    return bounds


def _chosen(sources: dict[str, _First], most: int, barred: set[int], sample: Sample) -> list[Piece]:
    left, chosen = most, []
    order = sorted(sources, key=lambda source: (sources[source].characters, source))
    for place, source in enumerate(order):
        share = left // (len(order) - place)
        for rank, one in sources[source].texts():
            text = one.text
            if barred:
                lines = [line for line in text.splitlines() if not _stands_in(line, barred)]
                sample.tested += len(text.splitlines()) - len(lines)
                text = "\n".join(lines)
            text = text.encode()[:share].decode(errors="ignore")
            if not text.strip():
                continue
            chosen.append(Piece(text, source, rank // 7 % HELD == 0))
            share -= len(text.encode())
            left -= len(text.encode())
            if share < LEAST_REST:
                break
    return chosen


def shingles(line: str) -> list[int]:
    """Hashes of runs of SHINGLE_WORDS words of a line, or of SHINGLE_CHARACTERS where it is hardly cut into words; of the
    whole line where it is shorter."""
    words = re.findall(r"\w+", line.casefold())
    letters = "".join(words)
    if not letters:
        return []
    if len(letters) > 20 * len(words):
        runs = [letters[at : at + SHINGLE_CHARACTERS] for at in range(max(1, len(letters) - SHINGLE_CHARACTERS + 1))]
    else:
        runs = [" ".join(words[at : at + SHINGLE_WORDS]) for at in range(max(1, len(words) - SHINGLE_WORDS + 1))]
    return [xxhash.xxh3_64_intdigest(run.encode()) for run in runs]


def _stands_in(line: str, barred: set[int]) -> bool:
    own = shingles(line)
    return bool(own) and sum(one in barred for one in own) >= OVERLAP * len(own)


def _drop_twins(sample: Sample) -> None:
    """Leave out languages whose text is mostly another's under a second name; the one with more text stays."""
    owners: dict[int, list[str]] = defaultdict(list)
    lines: dict[str, set[int]] = {}
    for code, pieces in sample.pieces.items():
        own = {line.strip() for piece in pieces for line in piece.text.splitlines()}
        lines[code] = {xxhash.xxh3_64_intdigest(line.encode()) for line in own if len(line) >= LEAST_LINE}
        for one in lines[code]:
            owners[one].append(code)
    sizes = {code: sample.size(code) for code in sample.pieces}
    for code in sorted(sample.pieces, key=lambda one: (sizes[one], one)):
        shared: dict[str, int] = defaultdict(int)
        for one in lines[code]:
            for other in owners[one]:
                if other != code and other in sample.pieces:
                    shared[other] += 1
        twin = max(shared, key=lambda other: (shared[other], other), default=None)
        if twin is not None and shared[twin] >= TWIN * len(lines[code]):
            sample.twins[code] = twin
            del sample.pieces[code]
