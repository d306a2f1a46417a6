"""Which document of a cluster survives: the first by generation, then by an order value, then by key."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numba import njit

from corpusforge.dedup.dates import seconds_since_1970
from corpusforge.dedup.policies import order_column
from corpusforge.text.buffers import utf8

HEX = 32  # digits of a key
_FEW = 24  # rows that are put in order by insertion


class Order(NamedTuple):
    """What n documents are ordered by.

    values: float64[n], least first, infinite where what the policy asks for is missing. keys: uint64[n, 2], different
    from each other (`key_numbers`, `key_ranks`). generations: int64[n], least first, where older documents are kept.
    """

    values: np.ndarray
    keys: np.ndarray
    generations: np.ndarray | None = None

    def of(self, rows: np.ndarray) -> "Order":
        """Of some of the rows."""
        return Order(self.values[rows], self.keys[rows], None if self.generations is None else self.generations[rows])


def order_values(policy: str, columns: Mapping[str, Any] | pa.Table, rows: int) -> np.ndarray:
    """float64[rows] to sort by, ascending; what is missing comes last.

    longest: by characters, most first. oldest, newest: by date, ISO 8601 of any precision (`dates`); a broken date is a
    missing one. best:<signal>: by a number, highest first; null and NaN are missing. first: all 0, so the key decides.
    Raises UserError for an unknown policy, ValueError for a column that is missing, not of numbers or not of `rows`.
    """
    name = order_column(policy)
    if name is None:
        return np.zeros(rows)
    if name not in (columns.column_names if isinstance(columns, pa.Table) else columns):
        raise ValueError(f"survivor '{policy}' needs the column {name}")
    column = columns[name]
    if not isinstance(column, pa.Array | pa.ChunkedArray):
        column = pa.array(column)
    if len(column) != rows:
        raise ValueError(f"{len(column)} values of {name} for {rows} documents")
    if policy in ("oldest", "newest"):
        values = seconds_since_1970(column.cast(pa.large_string()))
        values = values if policy == "oldest" else -values
    elif not _numeric(column.type):
        raise ValueError(f"survivor '{policy}' needs numbers, not {column.type}")
    else:
        values = -pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy(zero_copy_only=False)
    return np.where(np.isnan(values), np.inf, values) + 0.0  # no -0


def _numeric(kind: pa.DataType) -> bool:
    return any(test(kind) for test in (pa.types.is_integer, pa.types.is_floating, pa.types.is_boolean))


def key_numbers(keys: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """uint64[n, 2] from keys of 32 lower-case hexadecimal digits; numbers compare as the keys do.

    Raises ValueError for any other key.
    """
    text = utf8(keys)
    numbers = np.empty((len(text.offsets) - 1, 2), np.uint64)
    wrong = _hex(text.offsets, text.data, numbers)
    if wrong >= 0:
        raise ValueError(f"a key must be {HEX} lower-case hexadecimal digits, not {keys[wrong].as_py()!r}")
    return numbers


def key_ranks(keys: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """uint64[n, 2] that compare as any strings do by their bytes; raises ValueError where they are not unique."""
    if keys.null_count or pc.count_distinct(keys).as_py() != len(keys):
        raise ValueError("keys must not be null and must differ from each other")
    ranks = np.zeros((len(keys), 2), np.uint64)
    ranks[pc.sort_indices(keys).to_numpy(), 1] = np.arange(len(keys))
    return ranks


def survivor_order(components: np.ndarray, order: Order) -> tuple[np.ndarray, np.ndarray]:
    """int64[n] row numbers, component by component and in each the survivor first; int64[c + 1] where each begins.

    components: int64[n], any numbers. The result does not depend on the order of the rows.
    """
    rows = np.argsort(components, kind="stable")
    edges = np.flatnonzero(np.diff(components[rows], prepend=components[rows[:1]] - 1))
    offsets = np.append(edges, len(rows)).astype(np.int64)
    generations = np.zeros(0, np.int64) if order.generations is None else np.asarray(order.generations, np.int64)
    for component in _sort_few(rows, offsets, generations, order.values, order.keys):
        some = rows[offsets[component] : offsets[component + 1]]
        by = [order.keys[some, 1], order.keys[some, 0], order.values[some]]
        if len(generations):
            by.append(generations[some])
        some[:] = some[np.lexsort(by)]
    return rows, offsets


@njit(cache=True, nogil=True)
def before(left: int, right: int, generations: np.ndarray, values: np.ndarray, keys: np.ndarray) -> bool:
    """Whether one row comes before another in survivor order; `generations` of no elements plays no part."""
    first: bool = keys[left, 1] < keys[right, 1]
    if len(generations) and generations[left] != generations[right]:
        first = generations[left] < generations[right]
    elif values[left] != values[right]:
        first = values[left] < values[right]
    elif keys[left, 0] != keys[right, 0]:
        first = keys[left, 0] < keys[right, 0]
    return first


@njit(cache=True, nogil=True)
def _sort_few(
    rows: np.ndarray, offsets: np.ndarray, generations: np.ndarray, values: np.ndarray, keys: np.ndarray
) -> np.ndarray:
    """Put the rows of small components in order; the numbers of the other components."""
    left, count = np.empty(len(rows) // _FEW + 1, np.int64), 0
    for component in range(len(offsets) - 1):
        start, end = offsets[component], offsets[component + 1]
        if end - start > _FEW:
            left[count] = component
            count += 1
            continue
        for i in range(start + 1, end):
            row, j = rows[i], i
            while j > start and before(row, rows[j - 1], generations, values, keys):
                rows[j] = rows[j - 1]
                j -= 1
            rows[j] = row
    return left[:count]


@njit(cache=True, nogil=True)
def _hex(offsets: np.ndarray, data: np.ndarray, numbers: np.ndarray) -> int:
    """Read keys; the first row that is none, or -1."""
    for row in range(len(numbers)):
        if offsets[row + 1] - offsets[row] != HEX:
            return row
        for half in range(2):
            number = np.uint64(0)
            start = offsets[row] + half * (HEX // 2)
            for i in range(start, start + HEX // 2):
                digit = np.int64(data[i])
                if 48 <= digit <= 57:
                    digit -= 48
                elif 97 <= digit <= 102:
                    digit -= 87
                else:
                    return row
                number = (number << np.uint64(4)) | np.uint64(digit)
            numbers[row, half] = number
    return -1
