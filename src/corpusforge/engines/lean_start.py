"""Optional packages that libraries look for when they start, and that no process of a run uses.

Where pandas is installed, the first `pa.array` of a list imports it; where SciPy is, the first numba kernel imports
its linear algebra. Both cost more than what a small input's work does, in every process.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder


def start_without_pandas() -> None:
    """Have pyarrow, which looks once, find no pandas. From then on `to_pandas` fails in this process."""
    with _hidden("pandas"):
        import pyarrow as pa

        pa.array([0])


def start_without_scipy() -> None:
    """Have numba, which looks once, find no SciPy. From then on no kernel that is compiled here may call BLAS."""
    with _hidden("scipy"):
        import numba.np.arraymath  # noqa: F401


@contextmanager
def _hidden(package: str) -> Iterator[None]:
    """No import of `package` succeeds here, unless it was imported before."""
    finder = _Hiding(package)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Hiding(MetaPathFinder):
    """Says of one package that it is not installed."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        """Raise ModuleNotFoundError for the package; leave every other to the finders that come after."""
        if fullname == self._package:
            raise ModuleNotFoundError(f"No module named '{fullname}'", name=fullname)
