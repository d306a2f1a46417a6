"""datatrove's stages 2 and 3 of MinHash deduplication, over the files of its stage 1."""

from __future__ import annotations

from pathlib import Path

from datatrove.pipeline.dedup.minhash import MinhashConfig, MinhashDedupBuckets, MinhashDedupCluster
from datatrove.utils.hashing import HashConfig

LINES = 1000  # read at a time: its default of 5 is slower
TASKS = 14  # a task a bucket


def config() -> MinhashConfig:
    """The published one."""
    return MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8, hash_config=HashConfig(precision=64))


def buckets(signatures: str, folder: str) -> dict[str, int]:
    """Stage 2, its tasks one after the other: signatures -> NNNNN_00.dups."""
    for rank in range(TASKS):
        MinhashDedupBuckets(signatures, folder, config=config(), lines_to_buffer=LINES).run(rank=rank, world_size=TASKS)
    return {"pairs": sum(path.stat().st_size for path in Path(folder).glob("*.dups")) // 16}


def cluster(dups: str, folder: str) -> dict[str, int]:
    """Stage 3: .dups -> the documents to remove."""
    step = MinhashDedupCluster(dups, folder, config=config(), lines_to_buffer=LINES)
    step.run()
    removed = sum(path.stat().st_size for path in Path(folder).glob("*.remove")) // 4
    connected = int(step.stats["duplicates"].total)
    return {"connected": connected, "clusters": connected - removed, "removed": removed}
