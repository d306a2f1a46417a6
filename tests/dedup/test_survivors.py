from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpusforge.dedup.dates import seconds_since_1970
from corpusforge.dedup.survivors import Order, key_numbers, key_ranks, order_values, survivor_order
from corpusforge.errors import UserError


def seconds(*texts):
    return seconds_since_1970(pa.array(texts, pa.large_string())).tolist()


def test_dates_of_any_precision():
    assert seconds("1970", "1970-02", "1970-01-02", "1970-01-01T01:00", "1970-01-01 00:00:07Z") == [
        0,
        31 * 86400,
        86400,
        3600,
        7,
    ]
    assert seconds("1970-01-01T00:00:00.25Z", "1970-01-01T02:00:00+02:00", "1969-12-31T19:00-0500") == [0.25, 0, 0]


def test_what_is_no_date_is_missing():
    broken = [
        "",
        "yesterday",
        "2013-13",
        "2013-02-30",
        "2013-02-30T10:00:00Z",
        "2013-05-18T25:00:00Z",
        "13",
        "20130518",
    ]
    assert np.isnan(seconds(*broken, None)).all()
    assert seconds("2013-02-30T10:00:00Z", "1970-01-01T00:00:01Z")[1] == 1  # one that is broken spoils no other


@settings(max_examples=200, deadline=None)
@given(st.datetimes(), st.sampled_from(["", "Z", "+05:30", "-11:00"]), st.sampled_from(["T", " "]))
def test_dates_are_what_the_standard_library_reads(moment, zone, between):
    text = moment.isoformat(between) + zone
    expected = datetime.fromisoformat(moment.isoformat() + (zone or "Z")) - datetime.fromisoformat("1970-01-01T00:00Z")
    assert seconds(text) == [expected.total_seconds()]


def values(policy, **columns):
    rows = len(next(iter(columns.values())))
    return order_values(policy, columns, rows).tolist()


def test_policies_put_the_survivor_first_and_what_is_missing_last():
    dates = pa.array(["2014", None, "2013-05", "soon"])
    assert np.argsort(values("longest", chars=[3, 9, 5]), kind="stable").tolist() == [1, 2, 0]
    assert np.argsort(values("oldest", date=dates), kind="stable").tolist() == [2, 0, 1, 3]
    assert np.argsort(values("newest", date=dates), kind="stable").tolist() == [0, 2, 1, 3]
    best = values("best:quality", quality=pa.array([0.5, None, 0.7, float("nan"), -1.0]))
    assert np.argsort(best, kind="stable").tolist() == [2, 0, 4, 1, 3]
    assert best[1] == best[3] == np.inf
    assert values("first", chars=[3, 9]) == [0, 0]


def test_what_a_policy_needs_is_asked_for():
    with pytest.raises(
        UserError, match="survivor must be one of longest, oldest, newest, best:<signal>, first, not 'b"
    ):
        order_values("best:", {}, 0)
    with pytest.raises(ValueError, match="survivor 'best:quality' needs the column quality"):
        order_values("best:quality", {"chars": [1]}, 1)
    with pytest.raises(ValueError, match="needs numbers, not"):
        order_values("best:quality", {"quality": ["high"]}, 1)
    with pytest.raises(ValueError, match="1 values of chars for 2 documents"):
        order_values("longest", {"chars": [1]}, 2)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.binary(min_size=16, max_size=16), unique=True, max_size=20))
def test_numbers_of_keys_compare_as_the_keys(keys):
    texts = [key.hex() for key in keys]
    numbers = key_numbers(pa.array(texts, pa.large_string())).tolist()
    assert numbers == [[int(text[:16], 16), int(text[16:], 16)] for text in texts]
    ranks = key_ranks(pa.array(texts, pa.large_string())).tolist()
    assert sorted(texts) == [text for _, text in sorted(zip(ranks, texts, strict=True))]


@pytest.mark.parametrize("key", ["0" * 31, "0" * 33, "0" * 31 + "g", "0" * 31 + "A", ""])
def test_other_keys_are_refused(key):
    with pytest.raises(ValueError, match="32 lower-case hexadecimal digits, not"):
        key_numbers(pa.array(["0" * 32, key], pa.large_string()))


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(0, 70), st.booleans())
def test_survivor_order_is_by_component_generation_value_and_key(data, rows, old_first):
    def column(numbers):
        return np.array(data.draw(st.lists(st.sampled_from(numbers), min_size=rows, max_size=rows)))

    components, order_of, high = column([7, 40, 99]), column([-1.0, 0.0, np.inf]), column([0, 1])
    low = np.array(data.draw(st.permutations(range(rows))))
    keys = np.stack([high, low], axis=1).astype(np.uint64).reshape(rows, 2)
    generations = column([0, 1]) if old_first else None
    found, offsets = survivor_order(components.astype(np.int64), Order(order_of.astype(float), keys, generations))
    age = generations.tolist() if generations is not None else [0] * rows
    expected = sorted(range(rows), key=lambda row: (components[row], age[row], order_of[row], high[row], low[row]))
    assert found.tolist() == expected
    sizes = [components.tolist().count(one) for one in sorted(set(components.tolist()))]
    assert np.diff(offsets).tolist() == sizes
