"""Where the data folders (`pipelines`, `filters`, `language_configs`) and the cache are."""

import os
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from corpusforge.errors import UserError


@lru_cache
def folder(name: str) -> Path:
    """Path of a data folder inside the package.

    In a wheel `_data/<name>` is a folder; in a checkout it is a link to the folder of that name at the top of
    the repository. Raises UserError when it is absent, which means a broken installation.
    """
    path = Path(str(files("corpusforge") / "_data" / name))
    if not path.is_dir():
        raise UserError(f"{path}: the data folder '{name}' is missing; reinstall corpusforge")
    return path


def cache_folder() -> Path:
    """For what is made once per machine: `CORPUSFORGE_CACHE`, else `corpusforge` in the XDG cache folder."""
    if chosen := os.environ.get("CORPUSFORGE_CACHE"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "corpusforge"
