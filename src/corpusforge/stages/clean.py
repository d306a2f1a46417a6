"""Cleaning as edits: encoding repair, personal data, table artefacts. Texts are read through their edits.

The steps and their settings are those of FineWeb2 (fineweb-2 d0defb2, fineweb-2-pipeline.py, step 6).
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pyarrow as pa

from corpusforge.documents import EDITS
from corpusforge.text.buffers import utf8
from corpusforge.text.edits import Edit, applied, composed, in_bytes
from corpusforge.text.ftfy_step import ftfy_edits
from corpusforge.text.pii import pii_edits
from corpusforge.text.suspects import ADDRESS, BARS, EMAIL, LAST_END, LINE_ENDS, MOJIBAKE, suspects
from corpusforge.text.symbol_lines import symbol_line_edits

STEPS: dict[str, Callable[[str], list[Edit]]] = {
    "ftfy": ftfy_edits,
    "pii": pii_edits,
    "symbol_lines": symbol_line_edits,
}

# The flags of texts that a step could change.
FLAGS = {"ftfy": MOJIBAKE, "pii": EMAIL | ADDRESS, "symbol_lines": BARS | LINE_ENDS | LAST_END}


def edits(original: str, steps: Sequence[str]) -> list[Edit]:
    """What the steps, in turn, change in a text: (byte start, byte end, replacement), sorted and apart.

    Positions are UTF-8 bytes of the original.
    """
    return in_bytes(original, _edits(original, dict.fromkeys(steps, True))[0])


def clean(texts: pa.LargeStringArray | pa.ChunkedArray, steps: Sequence[str]) -> tuple[pa.Table, dict[str, int]]:
    """Edits of many texts, (row, byte_start, byte_end, replacement), and how many texts each step changed.

    Rows count from 0 in `texts`; null texts have no edits. Only texts that a step could change (`suspects`) are given
    to it.
    """
    rows: list[tuple[int, int, int, str]] = []
    counts = dict.fromkeys(steps, 0)
    bytes_ = utf8(texts)
    flags = suspects(bytes_) & np.uint8(sum(FLAGS[step] for step in steps))
    for row in np.flatnonzero(flags).tolist():
        if flags[row] == LAST_END:
            size = int(bytes_.offsets[row + 1] - bytes_.offsets[row])
            rows.append((row, size - 1, size, ""))
            counts["symbol_lines"] += 1
            continue
        original = texts[row].as_py()
        found, changed_by = _edits(original, {step: bool(flags[row] & FLAGS[step]) for step in steps})
        rows += ((row, *edit) for edit in in_bytes(original, found))
        for step in changed_by:
            counts[step] += 1
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    table = pa.table([pa.array(column, field.type) for column, field in zip(columns, EDITS, strict=True)], schema=EDITS)
    return table, counts


def apply_edits(texts: pa.LargeStringArray | pa.ChunkedArray, table: pa.Table) -> pa.LargeStringArray:
    """Texts as read through their edits.

    `table` has the columns of `clean`'s, in its order. Raises ValueError for edits that are out of order,
    overlap, or lie outside their text: such a side-car belongs to other texts.
    """
    array = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    offsets, data = _buffers(array)
    if not table.num_rows:
        return array
    row, start, end = (table[name].to_numpy() for name in ("row", "byte_start", "byte_end"))
    if row.min() < 0 or row.max() >= len(array):
        raise ValueError(f"an edit of row {row.max()}, and there are {len(array)} texts")
    first, last = offsets[row] + start, offsets[row] + end
    if (start < 0).any() or (start > end).any() or (last > offsets[row + 1]).any() or (first[1:] < last[:-1]).any():
        raise ValueError("edits overlap, are out of order or lie outside their text")
    replacements = [text.encode() for text in table["replacement"].to_pylist()]
    pieces: list[bytes | memoryview] = []
    position = int(offsets[0])
    for begin, finish, replacement in zip(first.tolist(), last.tolist(), replacements, strict=True):
        pieces += (data[position:begin], replacement)
        position = finish
    pieces.append(data[position : int(offsets[-1])])
    growth = np.zeros(len(array) + 1, np.int64)
    np.add.at(growth, row + 1, np.array([len(text) for text in replacements], np.int64) - (end - start))
    moved = offsets - offsets[0] + np.cumsum(growth)
    validity = array.is_valid().buffers()[1] if array.null_count else None
    buffers = (pa.py_buffer(moved), pa.py_buffer(b"".join(pieces)), validity)
    return pa.LargeStringArray.from_buffers(len(array), *buffers)


def _edits(original: str, steps: Mapping[str, bool]) -> tuple[list[Edit], list[str]]:
    """Edits in code points, and the steps that changed something.

    `steps`: whether each step could change the original. What encoding repair changed, any later step may change;
    what another step changed, only encoding repair may: constants put in the place of addresses make neither an address
    nor a line of bars, and lines dropped or broken make no address.
    """
    found: list[Edit] = []
    changed_by: list[str] = []
    text = original
    for step, possible in steps.items():
        again = "ftfy" in changed_by or (step == "ftfy" and changed_by)
        more = STEPS[step](text) if possible or again else []
        if more:
            changed_by.append(step)
            text = applied(text, more)
            found = composed(original, found, more)
    return found, changed_by


def _buffers(array: pa.LargeStringArray) -> tuple[np.ndarray, memoryview]:
    """Offsets of an array, n + 1 of them, and the bytes that they point into."""
    _, offsets, data = array.buffers()
    numbers = np.frombuffer(offsets, np.int64, len(array) + 1, array.offset * 8) if offsets else np.zeros(1, np.int64)
    return numbers, memoryview(data or b"")
