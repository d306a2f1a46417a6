"""The UTF-8 bytes of an Arrow text column as two NumPy arrays, without a copy where Arrow allows it."""

from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Texts: TypeAlias = pa.LargeStringArray | pa.StringArray | pa.ChunkedArray


class Utf8(NamedTuple):
    """`data[offsets[i]:offsets[i + 1]]` holds text i; both arrays are read-only.

    offsets: int64[n + 1], ascending, not rebased for a slice (the first may be > 0).
    data: uint8, the whole Arrow buffer; only bytes between two offsets may be read.
    """

    offsets: np.ndarray
    data: np.ndarray


def utf8(texts: Texts) -> Utf8:
    """View a text column as `Utf8`. A null is read as an empty text.

    Accepts slices and chunked columns (chunks are concatenated). Raises TypeError for another Arrow type.
    """
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks() if texts.num_chunks != 1 else texts.chunk(0)
    if not (pa.types.is_large_string(texts.type) or pa.types.is_string(texts.type)):
        raise TypeError(f"a text column must be large_string, not {texts.type}")
    texts = texts.cast(pa.large_string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    _, offset_buffer, data_buffer = texts.buffers()
    if len(texts) == 0 or offset_buffer is None:
        return Utf8(frozen(np.zeros(1, np.int64)), frozen(np.zeros(0, np.uint8)))
    offsets = np.frombuffer(offset_buffer, np.int64, len(texts) + 1, texts.offset * 8)
    data = np.zeros(0, np.uint8) if data_buffer is None else np.frombuffer(data_buffer, np.uint8)
    return Utf8(frozen(offsets), frozen(data))


def frozen(array: np.ndarray) -> np.ndarray:
    """A read-only view. Kernels are compiled per argument type and writability, so one form saves
    compilations."""
    view = array.view()
    view.flags.writeable = False
    return view
