"""Rows of clusters as later phases look them up: by unit, of few files at a time."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl
import pyarrow as pa

from corpusforge.io.storage import Storage
from corpusforge.layers import read_rows

_HELD = 2  # files


@dataclass(frozen=True)
class ClusterFile:
    """A file of clusters/, and the units whose documents it has rows of."""

    path: str
    units: frozenset[str]


@dataclass
class ClusterRows:
    """(key, size, kept) of the documents of a language. Units are asked for in their order: a file is read once."""

    storage: Storage
    files: tuple[ClusterFile, ...]
    _held: dict[str, pl.DataFrame] = field(default_factory=dict)

    def of(self, units: Set[str]) -> pl.DataFrame:
        """The rows of the files that have documents of these units."""
        paths = [path for unit in units for path in self._paths.get(unit, ())]
        wanted = list(dict.fromkeys(sorted(paths)))
        for path in wanted:
            if path not in self._held:
                table = read_rows(self.storage, path, columns=["key", "size", "kept"])
                self._held[path] = pl.DataFrame(table.replace_schema_metadata(None))
        rows = [self._held[path] for path in wanted]
        for path in list(self._held)[: -max(_HELD, len(wanted))]:
            del self._held[path]
        return pl.concat([pl.DataFrame(_EMPTY), *rows])

    @cached_property
    def _paths(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for file in self.files:
            for unit in file.units:
                found.setdefault(unit, []).append(file.path)
        return found


_EMPTY = pa.schema([("key", pa.large_string()), ("size", pa.int64()), ("kept", pa.bool_())]).empty_table()
