"""A run's directory: run.json, the lease of its one driver, and the sweep of files that no receipt vouches for."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpusforge import __version__
from corpusforge.crawl.selection import FOLDER as CRAWL
from corpusforge.documents import SCHEMA_VERSION
from corpusforge.errors import UserError
from corpusforge.io.inputs import Input
from corpusforge.io.storage import Storage
from corpusforge.ledger import FOLDER
from corpusforge.settings import Settings, stored_settings

RUN = "run.json"
_KEYS = {"recipe", "datasets", "settings", "inputs"}
LAYERS = (
    "fetched",
    "records",
    "documents",
    "signals",
    "edits",
    "copies",
    "lines",
    "exchange",
    "clusters",
    "fates",
    "data",
    "keys",
)
_LIBRARIES = ("pyarrow", "polars", "trafilatura", "datatrove", "icu4py", "ftfy", "numpy", "numba")


class LeaseRefused(UserError):
    """Another driver works on the run. The command line exits 4."""


class DamagedDescription(UserError):
    """run.json cannot be understood; the next `corpusforge run` writes it anew."""


class RunDirectory:
    """The directory of a run at any fsspec URL."""

    def __init__(self, url: str) -> None:
        self.storage = Storage(url)
        self._lease: int | None = None

    @property
    def url(self) -> str:
        """Where it is, as the user gave it."""
        return self.storage.url

    def description(self) -> dict[str, Any]:
        """Contents of run.json. Raises UserError where there is no run."""
        try:
            text = self.storage.read(RUN)
        except (FileNotFoundError, NotADirectoryError):
            raise UserError(
                f"{self.url}: no run here (no {RUN}); give the --out directory of a `corpusforge run`"
            ) from None
        try:
            described: dict[str, Any] = json.loads(text)
        except ValueError:
            raise DamagedDescription(
                f"{self.storage.join(RUN)}: not readable as JSON; run the recipe again to write it anew"
            ) from None
        if not isinstance(described, dict) or not _KEYS.issubset(described):
            raise DamagedDescription(
                f"{self.storage.join(RUN)}: is not what a run writes; run the recipe again to write it anew"
            )
        if described.get("schema", 0) > SCHEMA_VERSION:
            raise UserError(f"{self.url}: written by a newer corpusforge ({described.get('corpusforge')}); upgrade")
        return described

    def settings(self) -> Settings:
        """The settings that the run was last driven with."""
        return stored_settings(self.description()["settings"], self.storage.join(RUN))

    def claim(self, settings: Settings) -> None:
        """Take the lease and refuse a directory that holds another run. Raises LeaseRefused, UserError."""
        recipe, datasets = settings.recipe.recipe, sorted(settings.recipe.datasets)
        files = self.storage.list()
        if RUN in files:
            self._refuse_another(recipe, datasets)
        elif any(path.endswith(".parquet") and path.startswith(f"{FOLDER}/") for path in files):
            pass  # a run that lost its run.json: the ledger's keys say what of it still holds
        elif any(path != f"{FOLDER}/lease" and not path.startswith(f"{CRAWL}/") for path in files):
            raise UserError(f"{self.url}: is not empty and holds no run; give another --out, or an empty directory")
        self._take_lease()

    def _refuse_another(self, recipe: str, datasets: list[str]) -> None:
        try:
            old = self.description()
        except DamagedDescription:
            return  # written anew
        if (old["recipe"], old["datasets"]) != (recipe, datasets):
            raise UserError(
                f"{self.url}: holds a run of recipe '{old['recipe']}' with dataset {', '.join(old['datasets'])}, not of "
                f"'{recipe}' with {', '.join(datasets)}; give another --out, or remove the directory"
            )

    def describe(self, settings: Settings, inputs: list[Input], skipped: list[tuple[str, str]]) -> None:
        """Write run.json."""
        described = {
            "schema": SCHEMA_VERSION,
            "corpusforge": __version__,
            "recipe": settings.recipe.recipe,
            "datasets": sorted(settings.recipe.datasets),
            "settings": settings.dump(),
            "inputs": [
                {k: v for k, v in asdict(source).items() if k in ("name", "format", "compression", "size", "identity")}
                for source in inputs
            ],
            "skipped": [{"file": file, "reason": reason} for file, reason in skipped],
            "versions": {name: version(name) for name in _LIBRARIES},
        }
        self.storage.put(RUN, json.dumps(described, ensure_ascii=False, indent=1).encode())

    def with_earlier(self, settings: Settings, inputs: list[Input]) -> list[Input]:
        """The inputs, and where the settings add to a run, those that it has and that are not given now: as they were
        read, with no place to open them (`url` is empty)."""
        if not settings.adds or not self.storage.exists(RUN):
            return inputs
        given = {source.name for source in inputs}
        stored = [Input(url="", **source) for source in self.description()["inputs"] if source["name"] not in given]
        return sorted([*inputs, *stored], key=lambda source: source.name)

    def present(self) -> dict[str, int]:
        """Sizes in bytes of the files of all layers, by path."""
        return {path: size for layer in LAYERS for path, size in self.storage.sizes(layer).items()}

    def sweep(self, keep: Iterable[str]) -> list[str]:
        """Remove layer files that are not in `keep`: superseded, or left by a killed process."""
        wanted = set(keep)
        gone = [path for layer in LAYERS for path in self.storage.list(layer) if path not in wanted]
        for path in gone:
            self.storage.delete(path)
        self.storage.sweep_asides()
        return gone

    def _take_lease(self) -> None:
        """A file lock, freed by death, so that a killed run resumes at once. Remote directories have none yet."""
        if not self.storage.local or self._lease is not None:
            return
        self._lease = take_lock(self.storage, f"{FOLDER}/lease", "another corpusforge works on this run")

    def release(self) -> None:
        """Give the lease back."""
        if self._lease is not None:
            os.close(self._lease)
            self._lease = None


def take_lock(storage: Storage, path: str, said: str) -> int:
    """Lock a local file, made where it is not there; the handle, whose closing (or the process's death) frees it.

    Raises LeaseRefused, with what is `said`, where another process holds the lock.
    """
    import fcntl

    place = Path(storage.path(path))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UserError(f"{storage.url}: cannot be written: {error.strerror}; give another --out") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise LeaseRefused(f"{storage.url}: {said}; wait for it, or give another --out") from None
    return handle
