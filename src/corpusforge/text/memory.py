"""Unaligned little-endian reads and writes, and a count of bits, inside compiled kernels.

`data` is an array or its `address`. Numba counts references to an array wherever it is passed on, in inner loops too, and
makes a check for negative indices of each `data[at]`; here is neither. Nothing here knows where an array ends: the
caller must hold 0 <= at and at + size <= its length in bytes, and must keep the array while an address is in use.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

ONE = np.uint64(1)


def _place(context: Any, builder: Any, kind: Any, array: Any, at: Any, bits: int) -> Any:
    byte = ir.IntType(8).as_pointer()
    if isinstance(kind, types.Integer):
        data = builder.inttoptr(array, byte)
    else:
        data = builder.bitcast(context.data_model_manager[kind].get(builder, array, "data"), byte)
    return builder.bitcast(builder.gep(data, [at]), ir.IntType(bits).as_pointer())


def _reader(bits: int) -> Any:
    kind = types.uint64 if bits == 64 else types.intp

    def load(typing_context: Any, data: Any, at: Any) -> Any:
        def generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            value = builder.load(_place(context, builder, signature.args[0], arguments[0], arguments[1], bits))
            value.align = 1
            return value if bits == 64 else builder.zext(value, ir.IntType(64))

        return kind(data, types.intp), generated

    return intrinsic(load)


def _writer(bits: int) -> Any:
    number = types.uint64 if bits == 64 else types.intp

    def store(typing_context: Any, data: Any, at: Any, value: Any) -> Any:
        def generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array, place, value = arguments
            kept = value if bits == 64 else builder.trunc(value, ir.IntType(bits))
            builder.store(kept, _place(context, builder, signature.args[0], array, place, bits)).align = 1
            return context.get_dummy_value()

        return types.void(data, types.intp, number), generated

    return intrinsic(store)


def _popcount64(typing_context: Any, value: Any) -> Any:

    def generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generated


def _address(typing_context: Any, data: Any) -> Any:

    def generated(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = context.data_model_manager[signature.args[0]].get(builder, arguments[0], "data")
        return builder.ptrtoint(pointer, ir.IntType(64))

    return types.intp(data), generated


load8: Any = _reader(8)  # int64
load32: Any = _reader(32)  # int64
load64: Any = _reader(64)  # uint64
store8: Any = _writer(8)  # the low byte of an int64
store32: Any = _writer(32)
store64: Any = _writer(64)  # a uint64
signed: Any = np.int64  # of other integers
popcount64: Any = intrinsic(_popcount64)  # the number of bits set in a uint64, as int64
address: Any = intrinsic(_address)  # where the first element of an array lies in memory, as int64


@njit(cache=True, nogil=True)
def tail64(data: Any, at: int, size: int, end: int) -> np.uint64:
    """`size` (0 to 8) bytes from `at`, little-endian, the bytes above them zero; reads no byte from `end` on."""
    if at + 8 <= end:
        value: np.uint64 = load64(data, at)
        return value if size == 8 else value & ((ONE << np.uint64(8 * size)) - ONE)
    value = np.uint64(0)
    for i in range(size):
        value |= np.uint64(load8(data, at + i)) << np.uint64(8 * i)
    return value
