"""Candidates: the pairs in datatrove's .dups files are the neighbours in our buckets."""

from collections import Counter
from itertools import pairwise

import numpy as np
import polars as pl
from tests.golden.conftest import Golden

from corpusforge.dedup.candidates import buckets


def test_every_pair(golden: Golden) -> None:
    # datatrove pairs each document with the next one of equal signature, in the order of file, then document.
    revisions = pl.read_parquet(golden("minhash_golden.parquet")).sort("lang", "rank", "doc_index")
    published = pl.read_parquet(golden("minhash_pairs_golden.parquet"))
    found: Counter[tuple[object, ...]] = Counter()
    for (language,), rows in revisions.group_by("lang", maintain_order=True):
        rows = rows.filter(pl.col("minhash_sig").list.len() == 112)
        places = rows.select("rank", "doc_index").rows()
        candidates = buckets(np.array(rows["minhash_sig"].to_list(), np.uint64), 14)
        for number, (start, end) in enumerate(pairwise(candidates.offsets.tolist())):
            members = candidates.members[start:end].tolist()
            band = int(np.flatnonzero(candidates.of[members[0]] == number)[0])
            found.update((language, band, *places[left], *places[right]) for left, right in pairwise(members))
    assert sum(found.values()) == len(published) == 16_834
    assert found == Counter(published.rows())
