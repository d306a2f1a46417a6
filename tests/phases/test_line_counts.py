"""Documents per line, counted in partitions, are those of a dictionary, however the rows come."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from math import ceil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.io.storage import Storage
from corpusforge.phases import lines
from corpusforge.phases.task import Worker
from corpusforge.settings import build_settings

# A document: its host, and its lines, each once.
DOCUMENTS = st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, 6))), max_size=14)


@given(DOCUMENTS, st.integers(2, 3), st.sampled_from([0.0, 0.4, 0.7, 1.0]), st.integers(1, 20), st.integers(1, 9))
def test_lines_that_enough_documents_have(
    tmp_path_factory: pytest.TempPathFactory,
    documents: list[tuple[int, set[int]]],
    least: int,
    share: float,
    batch: int,
    partition: int,
) -> None:
    spread = 2**64 // 7
    keys = [(place * 7919 + 13) % 1009 for place in range(len(documents))]
    changes = {"lines.documents": least, "lines.share": share}
    settings = build_settings("fineweb2-deduplicated", ("pan_Guru",), changes=changes)

    def tables(self: object, storage: Storage, sizes: lines._Sizes) -> Iterator[pa.Table]:
        for start in range(0, len(documents), batch):
            part = range(start, min(start + batch, len(documents)))
            sizes.add(np.array([documents[one][0] for one in part], np.uint64))
            rows = [(documents[one][0], line * spread, keys[one]) for one in part for line in sorted(documents[one][1])]
            columns = zip(*rows, strict=True) if rows else ((), (), ())
            yield pa.table([pa.array(column, pa.uint64()) for column in columns], schema=lines._ROWS)

    folder = Path(tmp_path_factory.mktemp("counts"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "PARTITION_ROWS", partition)
        patch.setattr(lines, "LINE_CHARS", 1)
        patch.setattr(lines.RepeatedLines, "_lines", tables)
        task = lines.RepeatedLines(settings, "pan_Guru", {}, "key", "tag", (), sum(len(own) for _, own in documents))
        task.run(Storage(str(folder)), Worker())
    found = pq.read_table(folder / task.path).to_pylist()

    of_host = Counter(host for host, _ in documents)
    having = defaultdict(list)
    for place, (host, own) in enumerate(documents):
        for line in own:
            having[host, line * spread].append(keys[place])
    expected = [
        {"scope": host, "line": line, "documents": len(those), "keeper": min(those)}
        for (host, line), those in sorted(having.items())
        if len(those) >= max(least, ceil(share * of_host[host]))
    ]
    assert found == expected
