"""Word lists of the precision filter: per language, the words that (nearly) only it uses, and what URLs of it contain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from corpusforge.errors import UserError
from corpusforge.hashing import canonical

SCHEMA = pa.schema(
    [
        pa.field("code", pa.string()),  # language-script
        pa.field("words", pa.list_(pa.string())),
        pa.field("url_words", pa.list_(pa.string())),  # parts of URLs; `.mx` is a top-level domain
        pa.field("contamination", pa.float64()),  # share of texts wrongly taken for the language; null: not known
    ]
)
MEND = "make one with `corpusforge words`, and name it with --set precision.lists=FILE"


@dataclass(frozen=True)
class WordList:
    """What is known of one language."""

    words: frozenset[str]
    url_words: tuple[str, ...]
    contamination: float | None

    @property
    def checksum(self) -> str:
        """16 hex digits: results depend on it."""
        return xxhash.xxh3_64_hexdigest(canonical([sorted(self.words), self.url_words, self.contamination]))


def write_lists(path: Path, lists: Mapping[str, WordList]) -> None:
    """Write a file of lists, sorted by code and word."""
    rows = [
        {
            "code": code,
            "words": sorted(one.words),
            "url_words": list(one.url_words),
            "contamination": one.contamination,
        }
        for code, one in sorted(lists.items())
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), path, compression="zstd")


def word_list(path: str | None, code: str) -> WordList | None:
    """The list of a language-script, or None where the file has none. Raises UserError for a file that holds no lists."""
    if path is None:
        raise UserError(f"precision.lists: no file is given; {MEND}")
    try:
        stat = Path(path).stat()
    except OSError as error:
        raise UserError(f"precision.lists: {path}: cannot be read ({error.strerror}); {MEND}") from None
    table = _table(path, stat.st_mtime_ns, stat.st_size)
    row = table.filter(pc.equal(table["code"], code)).to_pylist()
    if not row:
        return None
    one = row[0]
    return WordList(frozenset(one["words"] or ()), tuple(one["url_words"] or ()), one["contamination"])


@lru_cache(maxsize=2)
def _table(path: str, changed: int, size: int) -> pa.Table:
    try:
        table = pq.ParquetFile(path, pre_buffer=False).read(use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise UserError(f"precision.lists: {path}: cannot be read ({str(error).splitlines()[0]}); {MEND}") from None
    if table.schema.names != SCHEMA.names:
        raise UserError(f"precision.lists: {path}: holds {', '.join(table.schema.names)}, and no word lists; {MEND}")
    return table
