"""The benchmark's way through files, as the nodes of a run go it, against one call in memory."""

import numpy as np
import pyarrow as pa
import pytest

from corpusforge.dedup.cluster import cluster
from corpusforge.dedup.signature import Sketch


@pytest.mark.parametrize("policy", ["sketch", "none"])
def test_groups_partitions_and_blocks_find_what_one_call_in_memory_finds(policy, repository, tmp_path, monkeypatch):
    if not (repository / "benchmarks").is_dir():
        pytest.skip("benchmarks/ is not part of an installed package")
    from benchmarks import dedup_by_files, dedup_signatures

    documents = 6_000
    source, folder = (tmp_path / "source", tmp_path / "out")
    source.mkdir(), folder.mkdir()
    for name, size in (("GROUP", 700), ("ENTRIES", 9_000), ("ROWS", 400), ("BLOCK", 130)):
        monkeypatch.setattr(dedup_by_files, name, size)
    dedup_signatures.write(str(source), documents, 3)
    candidates = dedup_by_files.candidates(str(source), str(folder), documents)
    components = dedup_by_files.connect(str(folder), documents, 450)
    found = dedup_by_files.verify(str(source), str(folder), documents, policy)

    matrix = next(dedup_signatures.read(str(source), documents))
    signatures = pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), 112)
    chars, numbers = dedup_signatures.scalars(0, documents)
    keys = [f"{high:016x}{low:016x}" for high, low in numbers.tolist()]
    table, info = cluster(keys, signatures, {"chars": chars}, Sketch(), policy)
    survivor, size, similarity = np.arange(documents), np.ones(documents, np.int64), np.ones(documents)
    for path in folder.glob("result-*"):
        rows = np.fromfile(path, dedup_by_files.RESULT)
        survivor[rows["id"]], size[rows["id"]], similarity[rows["id"]] = (
            rows["survivor"],
            rows["size"],
            rows["similarity"],
        )
    assert [keys[row] for row in survivor] == table["cluster"].to_pylist()
    assert size.tolist() == table["size"].to_pylist()
    assert similarity.tolist() == table["similarity"].fill_null(1.0).to_pylist()
    assert candidates["buckets"] == info["buckets"]
    assert {name: found[name] for name in info if name != "buckets"} == {
        name: count for name, count in info.items() if name != "buckets"
    }
    assert found["partitions"] > 5
    assert candidates["partitions"] > 5
    assert (components["removed"] == found["removed"]) == (policy == "none")
