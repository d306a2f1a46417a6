"""Candidates: the pairs in datatrove's .dups files are our edges, band by band."""

from collections import Counter

import numpy as np
import polars as pl
from tests.golden.conftest import Golden

from corpusforge.dedup.band_keys import band_keys
from corpusforge.dedup.edges import edges


def test_every_pair(golden: Golden) -> None:
    # datatrove pairs each document with the next one of equal signature, in the order of file, then document.
    revisions = pl.read_parquet(golden("minhash_golden.parquet")).sort("lang", "rank", "doc_index")
    published = pl.read_parquet(golden("minhash_pairs_golden.parquet"))
    found: Counter[tuple[object, ...]] = Counter()
    for (language,), rows in revisions.group_by("lang", maintain_order=True):
        rows = rows.filter(pl.col("minhash_sig").list.len() == 112)
        places = rows.select("rank", "doc_index").rows()
        keys = band_keys(np.array(rows["minhash_sig"].to_list(), np.uint64), 14)
        for band in range(14):
            pairs = edges(keys[:, band], np.arange(len(keys))).pairs.tolist()
            found.update((language, band, *places[left], *places[right]) for left, right in pairs)
    assert sum(found.values()) == len(published) == 16_834
    assert found == Counter(published.rows())
