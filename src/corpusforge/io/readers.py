"""From an input to its reader."""

from typing import IO

from corpusforge.io.inputs import Input, location
from corpusforge.io.raw import Options, Reader, ReadOptions
from corpusforge.io.urls import open_for_reading


def open_reader(source: Input, options: Options | None = None) -> Reader:
    """The reader of an input, by its format.

    The file is opened here and closed when the batches are exhausted.
    """
    return reader(source, open_for_reading(location(source.url)), options)


def reader(source: Input, file: IO[bytes], options: Options | None = None) -> Reader:
    """The reader of an open file."""
    chosen: Options = options or ReadOptions()
    match source.format:
        case "warc":
            from corpusforge.io.warc import WarcReader

            return WarcReader(source, file, chosen)
        case "arc":
            from corpusforge.io.arc import ArcReader

            return ArcReader(source, file, chosen)
        case "jsonl":
            from corpusforge.io.jsonl import JsonlReader

            return JsonlReader(source, file, chosen)
        case "parquet":
            from corpusforge.io.parquet import ParquetReader

            return ParquetReader(source, file, chosen)
        case _:
            raise ValueError(f"{source.name}: no reader for format {source.format!r}")
