"""Language files of the user's own: a folder whose files stand in the place of the packaged ones of their names.

A run stores what they say in its run.json, so it does not need the folder again.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpusforge.errors import UserError
from corpusforge.language_file import LanguageFile, read_file
from corpusforge.language_index import all_codes, suggestion
from corpusforge.resources import folder as data_folder


def own_languages(folder: str | Path, wanted: tuple[str, ...] | None = None) -> dict[str, dict[str, Any]]:
    """The files `<folder>/<code>.yaml` as plain data, by language-script; of those `wanted`, where it is given.

    They may change thresholds, stop words, the segmenter and least scores. Names and labels decide which texts belong to a
    language at all, for every language together, so those stay the packaged ones. Raises UserError for a folder without a
    file that is wanted, for a language-script without a packaged file, and for another label.
    """
    root = Path(folder)
    if not root.is_dir():
        raise UserError(f"--languages {folder}: is no directory; give the one that holds files such as pan_Guru.yaml")
    found = {path.stem: path for path in sorted(root.glob("*.yaml"))}
    if not found:
        raise UserError(f"--languages {folder}: holds no language file (such as pan_Guru.yaml)")
    configured = set(all_codes())
    for code, path in found.items():
        if code not in configured:
            raise UserError(
                f"{path}: no packaged language '{code}' for it to replace: {suggestion(code)} A language that is new needs "
                f"a file in language_configs/"
            )
    chosen = [code for code in found if wanted is None or code in wanted]
    if not chosen:
        raise UserError(
            f"--languages {folder}: holds {', '.join(found)}, and this run wants {', '.join(wanted or ())}; name one of "
            f"them in --lang, or leave --languages out"
        )
    return {code: _checked(root, code).model_dump(mode="json", exclude_defaults=True) for code in chosen}


def own_language(files: Mapping[str, dict[str, Any]], code: str) -> LanguageFile | None:
    """The file of a language-script out of `own_languages`, or None."""
    return LanguageFile.model_validate(files[code]) if code in files else None


def _checked(root: Path, code: str) -> LanguageFile:
    file, packaged = read_file(root, code), read_file(data_folder("language_configs"), code)
    for model, lid in file.lid.items():
        if model not in packaged.lid or packaged.lid[model].label != lid.label:
            known = packaged.lid[model].label if model in packaged.lid else "none"
            raise UserError(f"{root / code}.yaml: lid.{model}: label '{lid.label}' is not the packaged one ({known})")
    return file
