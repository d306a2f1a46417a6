"""Reference text and web samples: documents of files or of a run, without duplicates, in an order of their own."""

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import xxhash
import zstandard

from corpusforge.errors import UserError
from corpusforge.io.inputs import Input, InputError, resolve
from corpusforge.io.opened import opened
from corpusforge.io.readers import open_reader

MOST_DOCUMENTS = 20_000  # taken of a larger sample: those with the least hashes
_BATCH = 16 << 20
_PLAIN = (".txt", ".txt.gz", ".txt.zst")


@dataclass(frozen=True)
class Sample:
    """Distinct texts, sorted by the XXH3-128 of their UTF-8: the same for any order of files and rows.

    `seen`: records read; `duplicates`: exact copies of an earlier text; `left_out`: other records without a text, by
    reason; `found`: distinct texts, of which at most `MOST_DOCUMENTS` are taken.
    """

    name: str
    texts: list[str]
    seen: int
    duplicates: int
    found: int
    left_out: dict[str, int] = field(default_factory=dict)


def read_sample(patterns: Iterable[str], most: int = MOST_DOCUMENTS) -> Sample:
    """The texts of JSON Lines (plain, .gz, .zst), Parquet, WET, and plain text files (`.txt`: one document each).

    Raises UserError for what cannot be read, and for files without any text.
    """
    files, plain = _files(list(patterns))
    counts: Counter[str] = Counter()
    kept = _Least(most)
    for text in _texts(files, plain, counts):
        kept.add(text)
    where = _name([one.name for one in files] + [f"{path.parent.name}/{path.name}" for path in plain])
    if not kept.found:
        why = ", ".join(f"{count:,} {reason}" for reason, count in counts.most_common() if reason != "read")
        raise UserError(f"{where}: no document with text{f' ({why})' if why else ''}; the field is `text`")
    left_out = {reason: count for reason, count in sorted(counts.items()) if reason != "read"}
    return Sample(where, kept.texts(), counts["read"], kept.duplicates, kept.found, left_out)


class _Least:
    """Distinct texts, of which those with the least hashes are held."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._seen: set[bytes] = set()
        self._heap: list[tuple[int, str]] = []  # the hash negated: the greatest goes first
        self.duplicates = 0

    @property
    def found(self) -> int:
        return len(self._seen)

    def add(self, text: str) -> None:
        digest = xxhash.xxh3_128_digest(text.encode())
        if digest in self._seen:
            self.duplicates += 1
            return
        self._seen.add(digest)
        item = (-int.from_bytes(digest), text)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, item)
        elif item > self._heap[0]:
            heapq.heapreplace(self._heap, item)

    def texts(self) -> list[str]:
        return [text for _, text in sorted(self._heap, reverse=True)]


def _files(patterns: list[str]) -> tuple[list[Input], list[Path]]:
    plain = [Path(pattern) for pattern in patterns if pattern.endswith(_PLAIN) and Path(pattern).is_file()]
    others = [pattern for pattern in patterns if Path(pattern) not in plain]
    resolved = resolve(others)
    plain += [Path(skip.url) for skip in resolved.skipped if skip.name.endswith(_PLAIN) and Path(skip.url).is_file()]
    if not resolved.inputs and not plain:
        said = "; ".join(f"{skip.name}: {skip.reason}" for skip in resolved.skipped[:3])
        raise InputError(
            f"{' '.join(patterns)}: no file of text ({said}); give JSON Lines, Parquet, or plain text (.txt, one document "
            f"a file)"
        )
    return resolved.inputs, sorted(set(plain))


def _texts(files: list[Input], plain: list[Path], counts: Counter[str]) -> Iterator[str]:
    for source in files:
        for table in open_reader(source).batches(_BATCH):
            columns = (table[name].to_pylist() for name in ("text", "html", "fate"))
            for text, html, fate in zip(*columns, strict=True):
                counts["read"] += 1
                if text is not None and not text.isspace():
                    yield text
                elif html is not None:
                    raise UserError(
                        f"{source.name}: holds web pages; a sample is text. Run the recipe on it, and give the run instead: "
                        f"--web RUN"
                    )
                else:
                    counts[fate or "without text"] += 1
    for path in plain:
        counts["read"] += 1
        try:
            with opened(path) as file:
                text = file.read().decode("utf-8-sig")
        except (UnicodeDecodeError, zstandard.ZstdError, OSError, EOFError) as error:
            raise UserError(f"{path}: cannot be read as UTF-8 text ({error})") from None
        if text.strip():
            yield text
        else:
            counts["empty"] += 1


def _name(names: list[str]) -> str:
    """What to call files: the only one's name, or the folder that they share and their number."""
    if len(names) == 1:
        return names[0]
    folders = sorted({name.partition("/")[0] for name in names})
    return f"{' + '.join(folders[:3])}{' + ...' if len(folders) > 3 else ''} ({len(names):,} files)"
