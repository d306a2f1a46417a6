"""An independent count of an input's records, by other libraries than our readers use, for `verify`."""

import contextlib
import gzip
import io
import json
from collections import Counter
from dataclasses import dataclass
from typing import IO, Any

from corpusforge.io.inputs import Input, location
from corpusforge.io.urls import open_for_reading


@dataclass(frozen=True)
class Recount:
    """Records by type (`row` and `blank_line` for JSON Lines, `row` for Parquet).

    `complete` is false when the library stopped early or complained; then the counts reach to that place, and
    `error` says what happened.
    """

    counts: dict[str, int]
    complete: bool
    error: str | None = None


def recount(source: Input) -> Recount:
    """Count records with warcio (WARC, ARC), json (JSON Lines) or the file's own metadata (Parquet)."""
    counts: Counter[str] = Counter()
    try:
        with open_for_reading(location(source.url)) as file:
            match source.format:
                case "warc" | "arc":
                    complaint = _archive(source, file, counts)
                case "jsonl":
                    complaint = _lines(_plain(source, file), counts)
                case _:
                    import pyarrow.parquet as pq

                    counts["row"] = pq.ParquetFile(file, pre_buffer=False).metadata.num_rows
                    complaint = None
    except Exception as error:  # whatever those libraries raise
        complaint = f"{type(error).__name__}: {error}".strip()[:500]
    return Recount(dict(sorted(counts.items())), complaint is None, complaint)


def _archive(source: Input, file: IO[bytes], counts: Counter[str]) -> str | None:
    from warcio.archiveiterator import ArchiveIterator

    stream: Any = _plain(source, file) if source.compression == "zstd" else file
    said = io.StringIO()
    with contextlib.redirect_stderr(said):
        records = ArchiveIterator(stream, no_record_parse=True)
        for record in records:
            kind = (record.rec_type or "unknown").lower()
            counts["filedesc" if kind == "arc_header" else kind] += 1
    return " ".join(said.getvalue().split())[:500] if records.err_count else None


def _plain(source: Input, file: IO[bytes]) -> Any:
    if source.compression == "gzip":
        return gzip.GzipFile(fileobj=file)
    if source.compression == "zstd":
        import zstandard

        from corpusforge.io.zstd_frames import SKIPPABLE, dictionary_of

        head = file.read(8)
        data = None
        if head[:4] == SKIPPABLE[13]:
            data = zstandard.ZstdCompressionDict(dictionary_of(file.read(int.from_bytes(head[4:], "little"))))
        file.seek(0)
        decoder = zstandard.ZstdDecompressor(dict_data=data, max_window_size=1 << 31)
        return io.BufferedReader(decoder.stream_reader(file, read_across_frames=True))
    return io.BufferedReader(file) if isinstance(file, io.RawIOBase) else file


def _lines(file: IO[bytes], counts: Counter[str]) -> str | None:
    broken = 0
    for number, line in enumerate(file):
        if number == 0:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line.strip():
            counts["blank_line"] += 1
            continue
        counts["row"] += 1
        try:
            json.loads(line.decode())
        except (ValueError, RecursionError):
            broken += 1
    return f"{broken} lines are not JSON" if broken else None
