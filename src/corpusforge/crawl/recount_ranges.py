"""An independent count of fetched records, by warcio, for `verify`."""

from __future__ import annotations

import contextlib
import io
from collections import Counter

from corpusforge.crawl.range_reader import fetched_rows
from corpusforge.io.recount import Recount
from corpusforge.io.storage import Storage
from corpusforge.receipt import File


def recount_ranges(storage: Storage, files: list[File]) -> Recount:
    """Records by type; those that could not be fetched count as responses, which is what the index lists."""
    from warcio.archiveiterator import ArchiveIterator

    counts: Counter[str] = Counter()
    complaint = None
    for name, offset, _, _, member, _, _ in fetched_rows(storage, files):
        if member is None:
            counts["response"] += 1
            continue
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said):
                records = ArchiveIterator(io.BytesIO(member), no_record_parse=True)
                for record in records:
                    counts[(record.rec_type or "unknown").lower()] += 1
        except Exception as error:  # whatever warcio raises
            complaint = complaint or f"{name} at {offset}: {type(error).__name__}: {error}".strip()[:500]
            continue
        if records.err_count:
            complaint = complaint or f"{name} at {offset}: {' '.join(said.getvalue().split())}"[:500]
    return Recount(dict(sorted(counts.items())), complaint is None, complaint)
