import time
from collections import defaultdict

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from corpusforge.dedup.cluster import cluster
from corpusforge.dedup.signature import Sketch
from corpusforge.errors import UserError

SKETCH = Sketch()


def column(matrix, missing=()):
    mask = pa.array([row in missing for row in range(len(matrix))], pa.bool_())
    flat = pa.array(np.ascontiguousarray(matrix, np.uint64).reshape(-1))
    return pa.FixedSizeListArray.from_arrays(flat, 112, mask=mask)


def chars(numbers):
    return {"chars": np.array(numbers, np.int64)}


def random_signatures(rows, seed=1):
    return np.random.default_rng(seed).integers(0, 2**61 - 1, (rows, 112)).astype(np.uint64)


def changed(signature, first, count, seed):
    """The signature with `count` hashes from `first` on replaced: whole bands when both are multiples of 8."""
    other = signature.copy()
    other[first : first + count] = random_signatures(1, seed)[0, :count]
    return other


def chain():
    """a~b~c with a unlike c: 88 of 112 hashes (0.786) are equal between neighbours, 64 (0.571) between the ends."""
    a = random_signatures(1)[0]
    b = changed(a, 0, 24, seed=2)
    return np.array([a, b, changed(b, 24, 24, seed=3)])


def result(table):
    return {row.pop("key"): row for row in table.to_pylist()}


def test_documents_on_their_own():
    table, info = cluster(["x", "y"], column(random_signatures(2)), chars([5, 9]), SKETCH)
    alone = {"size": 1, "kept": True, "twin": None, "similarity": None}
    assert result(table) == {"x": {"cluster": "x", **alone}, "y": {"cluster": "y", **alone}}
    assert set(info) == {"buckets", "identical", "comparisons", "verified", "rehashed_buckets", "capped_buckets"}
    assert set(info.values()) == {0}


def test_the_longest_survives_and_ties_go_to_the_least_key():
    same = np.repeat(random_signatures(1), 3, axis=0)
    table, _ = cluster(["a", "c", "b"], column(same), chars([3, 7, 7]), SKETCH)
    removed = {"cluster": "b", "size": 3, "kept": False, "twin": "b", "similarity": 1.0}
    kept = {"cluster": "b", "size": 3, "kept": True, "twin": None, "similarity": None}
    assert result(table) == {"a": removed, "c": removed, "b": kept}


def test_the_first_key_survives_under_first():
    same = np.repeat(random_signatures(1), 2, axis=0)
    table, _ = cluster(["b", "a"], column(same), chars([9, 1]), SKETCH, survivor="first")
    assert table["cluster"].to_pylist() == ["a", "a"]


def test_similarity_is_the_share_of_equal_hashes_to_six_decimals():
    a = random_signatures(1)[0]
    table, _ = cluster(["a", "b"], column(np.array([a, changed(a, 0, 24, 2)])), chars([2, 1]), SKETCH)
    assert table["similarity"].to_pylist() == [None, 0.785714]


@pytest.mark.parametrize(("equal", "together"), [(81, True), (80, False)])
def test_the_default_threshold_is_the_sketchs(equal, together):
    # (1/14)^(1/8) = 0.7190: 80/112 = 0.714 is below, 81/112 = 0.723 above
    a = random_signatures(1)[0]
    table, _ = cluster(["a", "b"], column(np.array([a, changed(a, 0, 112 - equal, 2)])), chars([2, 1]), SKETCH)
    assert (table["cluster"].to_pylist() == ["a", "a"]) == together


def test_a_threshold_is_met_when_it_is_equal():
    a = random_signatures(1)[0]
    pair = column(np.array([a, changed(a, 0, 28, 2)]))  # 84/112 = 0.75
    assert cluster(["a", "b"], pair, chars([2, 1]), SKETCH, threshold=0.75)[0]["size"].to_pylist() == [2, 2]
    assert cluster(["a", "b"], pair, chars([2, 1]), SKETCH, threshold=0.7500001)[0]["size"].to_pylist() == [1, 1]


def test_a_chain_does_not_merge_what_is_not_alike():
    table, _ = cluster(["a", "b", "c"], column(chain()), chars([3, 2, 1]), SKETCH)
    assert table["cluster"].to_pylist() == ["a", "a", "c"]
    table, _ = cluster(["a", "b", "c"], column(chain()), chars([1, 2, 1]), SKETCH)
    assert table["cluster"].to_pylist() == ["b", "b", "b"]


def test_without_verification_a_chain_is_one_cluster():
    table, _ = cluster(["a", "b", "c"], column(chain()), chars([3, 2, 1]), SKETCH, verify="none")
    assert table["cluster"].to_pylist() == ["a", "a", "a"]
    assert table["similarity"].to_pylist() == [None, 0.785714, 0.571429]


def test_documents_without_a_signature_are_never_duplicates():
    same = np.repeat(random_signatures(1), 4, axis=0)
    for verify in ("sketch", "none"):
        table, _ = cluster(list("abcd"), column(same, missing={0, 2}), chars([9, 5, 9, 1]), SKETCH, verify=verify)
        assert table["cluster"].to_pylist() == ["a", "b", "c", "b"]
        assert table["size"].to_pylist() == [1, 2, 1, 2]


def planted(clusters=60, seed=5):
    """Clusters of 1 to 6 variants, each with up to 30 of 112 hashes replaced: some pairs are not alike."""
    random = np.random.default_rng(seed)
    rows = []
    for origin in random_signatures(clusters, seed):
        for _ in range(random.integers(1, 7)):
            row = origin.copy()
            places = random.choice(112, random.integers(0, 31), replace=False)
            row[places] = random.integers(0, 2**61 - 1, len(places))
            rows.append(row)
    keys = [f"{number:016x}" for number in random.permutation(len(rows))]
    return keys, np.array(rows), random.integers(1, 5, len(rows))


@pytest.mark.parametrize("verify", ["sketch", "none"])
@pytest.mark.parametrize("survivor", ["longest", "first"])
def test_the_result_does_not_depend_on_the_order_of_the_input(verify, survivor):
    keys, matrix, lengths = planted()
    missing = set(range(0, len(keys), 11))
    first = result(cluster(keys, column(matrix, missing), chars(lengths), SKETCH, verify, survivor)[0])
    assert len({row["cluster"] for row in first.values()}) < len(keys)
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(keys))
        moved = {new for new, old in enumerate(order) if old in missing}
        shuffled = cluster(
            [keys[i] for i in order], column(matrix[order], moved), chars(lengths[order]), SKETCH, verify, survivor
        )
        assert result(shuffled[0]) == first


def test_every_removed_document_is_alike_to_its_twin():
    keys, matrix, lengths = planted(seed=8)
    rows = dict(zip(keys, matrix, strict=True))
    table, _ = cluster(keys, column(matrix), chars(lengths), SKETCH)
    for row in table.to_pylist():
        if not row["kept"]:
            share = (rows[row["key"]] == rows[row["twin"]]).sum() / 112
            assert share >= SKETCH.threshold
            assert row["similarity"] == round(share, 6)


def test_fifty_thousand_identical_documents_take_seconds():
    many = np.repeat(random_signatures(1), 50_000, axis=0)
    keys = [f"{number:08d}" for number in range(50_000)]
    began = time.process_time()
    table, info = cluster(keys, column(many), chars(np.ones(50_000)), SKETCH)
    assert time.process_time() - began < 10
    assert table["cluster"].unique().to_pylist() == ["00000000"]
    assert (info["buckets"], info["identical"], info["comparisons"]) == (14, 49_999, 0)


def test_a_giant_bucket_of_unlike_documents_is_rehashed_and_reported():
    many = random_signatures(3_000)
    many[:, :8] = 1
    keys = [f"{number:08d}" for number in range(3_000)]
    table, info = cluster(keys, column(many), chars(np.ones(3_000)), SKETCH, cap=100)
    assert table["kept"].to_pylist() == [True] * 3_000
    assert (info["buckets"], info["rehashed_buckets"], info["comparisons"]) == (1, 1, 0)


def test_published_clusters_are_reproduced_without_verification(golden):
    rows = pq.read_table(golden("minhash_golden.parquet"))
    assert len(rows) == 5333
    for language in pc.unique(rows["lang"]).to_pylist():
        some = rows.filter(pc.equal(rows["lang"], language))
        keys = [
            f"{rank}-{index:05d}"
            for rank, index in zip(*(some[c].to_pylist() for c in ("rank", "doc_index")), strict=True)
        ]
        signatures = pa.array([row or None for row in some["minhash_sig"].to_pylist()], pa.list_(pa.uint64(), 112))
        published = defaultdict(set)
        for row, (key, number) in enumerate(zip(keys, some["cluster_id"].to_pylist(), strict=True)):
            published[number if number >= 0 else f"alone {row}"].add(key)
        for survivor in ("longest", "first"):
            table, _ = cluster(keys, signatures, {"chars": pc.utf8_length(some["text"])}, SKETCH, "none", survivor)
            ours = defaultdict(set)
            for key, name in zip(keys, table["cluster"].to_pylist(), strict=True):
                ours[name].add(key)
            assert sorted(map(sorted, ours.values())) == sorted(map(sorted, published.values()))
            assert table["size"].to_pylist() == some["cluster_size"].to_pylist()
            assert pc.sum(table["kept"]).as_py() == pc.sum(some["kept"]).as_py()


def test_no_documents():
    table, info = cluster([], column(random_signatures(0)), chars([]), SKETCH)
    assert len(table) == 0
    assert table.schema.names == ["key", "cluster", "size", "kept", "twin", "similarity"]
    assert info["buckets"] == 0


def test_the_schema():
    table, _ = cluster(["a"], column(random_signatures(1)), chars([1]), SKETCH)
    string = pa.large_string()
    assert table.schema.types == [string, string, pa.int64(), pa.bool_(), string, pa.float64()]


@pytest.mark.parametrize("keys", [["a", "a"], ["a", None]])
def test_keys_that_are_not_unique_or_null_are_refused(keys):
    with pytest.raises(ValueError, match="keys must not be null and must differ"):
        cluster(keys, column(random_signatures(2)), chars([1, 1]), SKETCH)


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="1 keys, 2 signatures"):
        cluster(["a"], column(random_signatures(2)), chars([1, 1]), SKETCH)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"verify": "full"}, "verify must be one of sketch, exact, none, not 'full'"),
        ({"survivor": "last"}, "survivor must be one of longest, oldest, newest, best:<signal>, first, not 'last'"),
        ({"threshold": 0}, "threshold must be above 0 and at most 1, not 0"),
        ({"threshold": 72}, "threshold must be above 0 and at most 1, not 72"),
        ({"threshold": 0.5, "verify": "none"}, "threshold has no effect with verify: none"),
    ],
)
def test_wrong_settings_are_refused(options, message):
    with pytest.raises(UserError, match=message):
        cluster(["a"], column(random_signatures(1)), chars([1]), SKETCH, **options)


def test_policies_choose_the_survivor():
    same = column(np.repeat(random_signatures(1), 3, axis=0))
    columns = {"chars": [5, 9, 7], "date": ["2015-01", None, "2014"], "quality": [0.5, 0.1, 0.9]}
    kept = {
        policy: result(cluster(["a", "b", "c"], same, columns, SKETCH, survivor=policy)[0])["a"]["cluster"]
        for policy in ("longest", "oldest", "newest", "best:quality", "first")
    }
    assert kept == {"longest": "b", "oldest": "c", "newest": "a", "best:quality": "c", "first": "a"}


def test_documents_of_earlier_generations_come_before_longer_ones():
    same = column(np.repeat(random_signatures(1), 4, axis=0))
    table, info = cluster(list("abcd"), same, chars([5, 9, 7, 6]), SKETCH, generations=np.array([1, 1, 0, 0]))
    assert table["cluster"].to_pylist() == ["c"] * 4
    assert info["older_kept"] == 1  # b alone is longer than c
    table, info = cluster(list("abcd"), same, chars([5, 6, 9, 7]), SKETCH, generations=np.array([0, 1, 0, 1]))
    assert (table["cluster"].to_pylist(), info["older_kept"]) == (["c"] * 4, 0)


def test_exact_similarity_decides_what_the_estimate_does_not():
    # the signatures say 0.786; of the shingles 2 of 4 are common, then 3 of 4
    a = random_signatures(1)[0]
    pair = column(np.array([a, changed(a, 0, 24, 2)]))
    for other, together in (([1, 2, 9], False), ([1, 2, 3, 4], True)):
        sets = pa.array([[1, 2, 3], other], pa.large_list(pa.uint64()))
        table, _ = cluster(["a", "b"], pair, {}, SKETCH, "exact", "first", shingles=sets)
        assert table["kept"].to_pylist() == [True, not together]
    assert table["similarity"].to_pylist() == [None, 0.75]


def test_exact_similarity_needs_the_shingles():
    with pytest.raises(ValueError, match="verify: exact needs the shingles of all 2 documents"):
        cluster(["a", "b"], column(np.repeat(random_signatures(1), 2, axis=0)), {}, SKETCH, "exact", "first")


def test_a_document_repeated_a_million_times():
    few = Sketch(bands=2, rows=4)
    many = pa.FixedSizeListArray.from_arrays(pa.array(np.tile(np.arange(8, dtype=np.uint64), 1_000_000)), 8)
    keys = pa.array(np.arange(1_000_000)).cast(pa.string())
    began = time.process_time()
    table, info = cluster(keys, many, {}, few, survivor="first")
    assert time.process_time() - began < 30
    assert table["cluster"].unique().to_pylist() == ["0"]
    assert (info["identical"], info["comparisons"]) == (999_999, 0)


def test_taking_giant_buckets_apart_loses_few_duplicates():
    # 3,000 documents of one bucket, of which each third is a near-copy (0.75 to 0.95) of the one before it
    random = np.random.default_rng(2)
    rows = random_signatures(3_000)
    rows[:, :8] = 1
    for row in range(2, 3_000, 3):
        rows[row, 8:] = np.where(random.random(104) < random.uniform(0.75, 0.95), rows[row - 1, 8:], rows[row, 8:])
    keys = [f"{number:05d}" for number in range(3_000)]
    found = [cluster(keys, column(rows), {}, SKETCH, survivor="first", cap=cap)[0] for cap in (10**6, 2_000)]
    all_removed, removed = ({row["key"] for row in one.to_pylist() if not row["kept"]} for one in found)
    assert len(all_removed) > 800
    assert removed <= all_removed
    assert len(removed) > 0.999 * len(all_removed)
