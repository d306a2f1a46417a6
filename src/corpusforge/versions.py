"""Versions of a corpus: every finished run that changed it adds one, immutable, with what changed and why.

The newest version's files are those of `data/`; before they are replaced they move to `versions/<number>/data/`, as hard
links on a local disk. What a version holds is written down in `versions/<number>.json`, last of all its files.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from corpusforge import __version__, faults
from corpusforge.delta import delta_of
from corpusforge.documents import SCHEMA_VERSION
from corpusforge.errors import UserError
from corpusforge.io.storage import Storage
from corpusforge.layers import commit_table
from corpusforge.receipt import File
from corpusforge.settings import Settings
from corpusforge.stored_run import StoredRun

FOLDER = "versions"
OLDER_KEPT = "older_kept"


@dataclass(frozen=True)
class Version:
    """One version. `languages`: documents and characters by language-script; `files`: those of data/ and keys/, by the
    paths they had; `inputs`: [name, identity]; `changes`: documents by language and kind of change; `older_kept`: by
    language, the documents that gave way to an older one which the survivor policy alone would not have kept."""

    number: int
    made: str
    settings: dict[str, Any]
    inputs: list[list[str]]
    languages: dict[str, dict[str, int]]
    files: list[File]
    changes: dict[str, dict[str, int]] = field(default_factory=dict)
    older_kept: dict[str, int] = field(default_factory=dict)
    schema: int = SCHEMA_VERSION
    corpusforge: str = __version__

    def dumps(self) -> str:
        """The manifest as JSON."""
        plain = {**vars(self), "files": [vars(file) for file in self.files]}
        return json.dumps(plain, ensure_ascii=False, indent=1)

    @classmethod
    def loads(cls, text: str | bytes) -> Version:
        """A version from its manifest."""
        plain = json.loads(text)
        plain["files"] = [File(**file) for file in plain["files"]]
        return cls(**plain)


class Versions:
    """The versions in a run's directory, oldest first."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        names = [path for path in storage.list(FOLDER) if path.count("/") == 1 and path.endswith(".json")]
        self.all = [self._load(name) for name in names]

    def _load(self, path: str) -> Version:
        try:
            version = Version.loads(self._storage.read(path))
        except (ValueError, TypeError, KeyError):
            raise UserError(
                f"{self._storage.join(path)}: not readable as a version's manifest; restore the file, or remove it and "
                "the folder beside it: the version is then unknown"
            ) from None
        if version.schema > SCHEMA_VERSION:
            raise UserError(f"{self._storage.join(path)}: written by a newer corpusforge; upgrade")
        return version

    @property
    def newest(self) -> Version | None:
        """The version whose files stand in data/ while nothing is at work."""
        return self.all[-1] if self.all else None

    def numbered(self, number: int) -> Version:
        """One version. Raises UserError when there is none of that number."""
        for version in self.all:
            if version.number == number:
                return version
        known = f"there are versions {self.all[0].number} to {self.all[-1].number}" if self.all else "there is none"
        raise UserError(f"{self._storage.url}: no version {number}; {known}")

    def place(self, version: Version, path: str) -> str | None:
        """Where a file of a version is, or None where its data is not stored any more."""
        preserved = f"{_folder(version.number)}/{path}"
        if self._storage.exists(preserved):
            return preserved
        return path if version == self.newest and self._storage.exists(path) else None

    def preserve(self) -> None:
        """Keep the newest version's files from being replaced: link them into its folder. Done twice it does nothing."""
        newest = self.newest
        if newest is None:
            return
        for file in newest.files:
            target = f"{_folder(newest.number)}/{file.path}"
            if not self._storage.exists(target) and self._storage.exists(file.path):
                self._storage.link(file.path, target)

    def add(self, run: StoredRun, kept: int) -> Version | None:
        """Write down a version when the corpus is not that of the newest one; `kept` versions stay readable."""
        written = run.of_phase("write")
        files = [file for receipt in written for layer in ("data", "keys") for file in receipt.files[layer]]
        newest = self.newest
        if newest is not None and files == newest.files:
            self._drop(newest, "data", "keys")  # replaced by equal bytes, or not replaced at all
            return None
        number = 1 if newest is None else newest.number + 1
        folder = _folder(number)
        for path in self._storage.list(folder):  # left by a process that was killed before the manifest
            self._storage.delete(path)
        changes: dict[str, dict[str, int]] = {}
        if newest is not None:
            before = {path.rsplit("/", 1)[-1]: path for path in self._keys_of(newest)}
            after = {path.rsplit("/", 1)[-1]: path for path in (f.path for r in written for f in r.files["keys"])}
            known = {name for name, _ in newest.inputs}
            for name in sorted(before.keys() | after.keys()):
                code = name.removesuffix(".parquet")
                table = delta_of(run, code, before.get(name), after.get(name), known)
                if table.num_rows:
                    commit_table(self._storage, f"{folder}/delta/{name}", table)
                    counts = table["change"].value_counts().to_pylist()
                    changes[code] = {one["values"]: one["counts"] for one in counts}
        version = Version(
            number,
            datetime.now(UTC).isoformat(timespec="seconds"),
            run.description["settings"],
            [[one["name"], one["identity"]] for one in run.description["inputs"]],
            {r.unit: {"documents": r.read, "chars": r.notes["chars"]} for r in written},
            files,
            changes,
            {code: count for code in run.codes if (count := run.deduplicated(code).get(OLDER_KEPT))},
        )
        faults.reached("version:before-manifest")
        self._storage.put(f"{FOLDER}/{number:04d}.json", version.dumps().encode())
        self.all.append(version)
        for old in self.all[: -max(1, kept)]:
            self._drop(old, "data")
        return version

    def delta(self, version: Version) -> dict[str, str]:
        """Files that say what a version changed, by language-script."""
        folder = f"{_folder(version.number)}/delta"
        return {path.rsplit("/", 1)[-1].removesuffix(".parquet"): path for path in self._storage.list(folder)}

    def _keys_of(self, version: Version) -> Iterable[str]:
        for file in version.files:
            if file.path.startswith("keys/"):
                place = self.place(version, file.path)
                if place is None:
                    raise UserError(
                        f"{self._storage.join(file.path)}: the keys of version {version.number} are missing; remove "
                        f"{FOLDER}/ to begin anew with versions"
                    )
                yield place

    def keys(self, version: Version) -> dict[str, str]:
        """Files of the keys that a version holds, by language-script."""
        return {path.rsplit("/", 1)[-1].removesuffix(".parquet"): path for path in self._keys_of(version)}

    def _drop(self, version: Version, *layers: str) -> None:
        for layer in layers:
            for path in self._storage.list(f"{_folder(version.number)}/{layer}"):
                self._storage.delete(path)


def first_seen(settings: Settings, versions: Versions) -> dict[tuple[str, str], int]:
    """The number of the first version that holds an input, by (name, identity): where the recipe keeps older documents."""
    stage = settings.dataset.stages.get("deduplicate")
    if stage is None or getattr(stage, "keep", None) != "old":
        return {}
    seen: dict[tuple[str, str], int] = {}
    for version in versions.all:
        for name, identity in version.inputs:
            seen.setdefault((name, identity), version.number)
    return seen


def _folder(number: int) -> str:
    return f"{FOLDER}/{number:04d}"
