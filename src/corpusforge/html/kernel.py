"""How the kernels of this package are compiled."""

from collections.abc import Callable
from typing import Any

from numba import njit

# `_nrt` off: no reference counts. A kernel that calls others once per character would otherwise spend most of its time
# counting references to the arrays that it passes (measured: 23 instead of 229 MB/s of text). It cannot make arrays;
# the caller does.
_OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """A compiled function over arrays that its caller owns."""
    compiled: Callable[..., Any] = njit(**_OPTIONS)(function)
    return compiled


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """As `kernel`, for a function that becomes part of its callers."""
    compiled: Callable[..., Any] = njit(inline="always", **_OPTIONS)(function)
    return compiled
