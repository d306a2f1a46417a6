"""Mixtures as YAML: loaded by name or path, validated with file and line, changed by flags."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpusforge import yaml12
from corpusforge.errors import UserError, nearest
from corpusforge.languages import resolve
from corpusforge.mix.mixture import ALL, Mixture, Shares
from corpusforge.resources import folder
from corpusforge.validation import validate


@dataclass(frozen=True)
class Changed(yaml12.Document):
    """A YAML document of which flags of the command line set some fields: field -> flag."""

    flags: dict[str, str] = field(default_factory=dict)

    def where(self, path: yaml12.Path_) -> str:
        """`file:line` of a value, or the flag that gave it."""
        return self.flags[str(path[0])] if path and path[0] in self.flags else super().where(path)


@dataclass(frozen=True)
class MixtureFile:
    """A mixture, and where its values stand."""

    mixture: Mixture
    document: Changed

    def where(self, *path: str | int) -> str:
        """`file:line` of a value, or the flag that gave it."""
        return self.document.where(path)


def names() -> list[str]:
    """Names of the mixtures that ship with corpusforge."""
    return sorted(path.stem for path in folder("mixtures").glob("*.yaml"))


def load_mixture(name: str, changes: dict[str, Any] | None = None) -> MixtureFile:
    """Load a mixture by name or from a YAML file, with `changes` (field -> value, as a flag gives it) applied.

    Languages become language-scripts. Raises UserError: `file:line: field: what is wrong`.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) or "/" in name else folder("mixtures") / f"{name}.yaml"
    if not path.exists():
        known = names()
        raise UserError(
            f"no mixture '{name}'{nearest(name, known)}; there are: {', '.join(known)}; or give the path of a YAML file"
        )
    document = yaml12.load(path)
    if not isinstance(document.data, dict):
        raise UserError(f"{document.where(())}: a mixture is a mapping with 'mixture' and 'shares' or 'stages'")
    changes = {name: value for name, value in (changes or {}).items() if value is not None}
    flags = {name: _FLAGS[name] for name in changes}
    changed = Changed(document.source, {**document.data, **changes}, document.lines, flags)
    found = validate(Mixture, changed)
    return MixtureFile(_resolved(MixtureFile(found, changed)), changed)


_FLAGS = {"languages": "--lang", "budget": "--budget", "seed": "--seed", "max_epochs": "--max-epochs"}


def _resolved(file: MixtureFile) -> Mixture:
    """The mixture with names of languages as language-scripts."""
    mixture = file.mixture
    if mixture.languages != (ALL,):
        codes = [_code(file, name, "languages", index) for index, name in enumerate(mixture.languages)]
        mixture = mixture.model_copy(update={"languages": tuple(dict.fromkeys(codes))})
    if mixture.shares is not None:
        mixture = mixture.model_copy(update={"shares": _shares(file, mixture.shares, ("shares",))})
    stages = tuple(
        stage.model_copy(update={"shares": _shares(file, stage.shares, ("stages", index, "shares"))})
        for index, stage in enumerate(mixture.stages)
    )
    return mixture.model_copy(update={"stages": stages})


def _shares(file: MixtureFile, shares: Shares, path: tuple[str | int, ...]) -> Shares:
    fixed: dict[str, float] = {}
    for name, share in shares.fixed.items():
        code = _code(file, name, *path, "fixed", name)
        if code in fixed:
            raise UserError(f"{file.where(*path, 'fixed', name)}: {code} has two shares; keep one of them")
        fixed[code] = share
    relatives = shares.relatives
    if relatives is not None:
        relatives = relatives.model_copy(update={"of": _code(file, relatives.of, *path, "relatives", "of")})
    return shares.model_copy(update={"fixed": fixed, "relatives": relatives})


def _code(file: MixtureFile, name: str, *path: str | int) -> str:
    try:
        return resolve(name).code
    except UserError as error:
        raise UserError(f"{file.where(*path)}: {error}") from None
