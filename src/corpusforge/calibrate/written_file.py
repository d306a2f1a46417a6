"""A calibration as a language file: the packaged file with the calibrated values in the place of others.

Sections that a calibration does not touch are copied as they are written. Texts are quoted as in JSON, which is YAML 1.2.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpusforge.calibrate.calibration import Calibration
from corpusforge.calibrate.threshold import Calibrated
from corpusforge.errors import UserError
from corpusforge.language_file import LanguageFile, ThresholdBlock, read_file
from corpusforge.resources import folder

MARK = "Written by `corpusforge calibrate`"
_SECTION = re.compile(r"^([a-z_0-9]+):")
_CHANGED = ("lid", "thresholds", "stop_words")


def file_text(found: Calibration) -> str:
    """The text of the language file. Equal calibrations give equal bytes."""
    root = folder("language_configs")
    code = found.published.code
    file = read_file(root, code)
    lines = [
        f"# {found.published.names.english} ({found.published.script}). {MARK} from {found.reference.name}:",
        f"# {len(found.reference.texts):,} documents, {found.words:,} words; seed {found.seed}; English: {found.english}.",
        *_kept((root / f"{code}.yaml").read_text(encoding="utf-8")),
        *_lid(file, found),
        *_thresholds(file, found),
        *_stop_words(found),
    ]
    return "\n".join(lines) + "\n"


def write_file(found: Calibration, out: str, replace: bool = False) -> Path:
    """Write `out`, a file or a directory for `<code>.yaml`. Raises UserError where something else stands in its place."""
    code = found.published.code
    path = Path(out) if out.endswith((".yaml", ".yml")) else Path(out) / f"{code}.yaml"
    if path.name != f"{code}.yaml":
        raise UserError(
            f"--out {out}: a language file is called by its language-script; write {path.parent / code}.yaml"
        )
    if path.parent.resolve() == folder("language_configs").resolve():
        raise UserError(
            f"--out {out}: these are the packaged files, with published values; write into a directory of your own, and name "
            f"it in `corpusforge run --languages`"
        )
    text = file_text(found)
    if path.is_file() and not replace and path.read_text(encoding="utf-8") != text:
        raise UserError(f"{path}: stands there already, with other values; --replace writes it anew")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def provenance(found: Calibration, one: Calibrated) -> str:
    """Where a threshold comes from: corpus, number of documents, 95 % interval, method."""
    if one.value is None:
        return "off: --method of `corpusforge calibrate`"
    between = f", {one.interval[0]:g} to {one.interval[1]:g}" if one.interval else ""
    return f"calibrated: {found.reference.name}, {one.documents} documents{between} ({one.method})"


def _kept(text: str) -> Iterator[str]:
    """Lines of the sections that stay, without the comment that says who wrote the file."""
    section = None
    for line in text.splitlines():
        if head := _SECTION.match(line):
            section = head[1]
        if section is not None and section not in _CHANGED:
            yield line


def _lid(file: LanguageFile, found: Calibration) -> Iterator[str]:
    if not file.lid:
        return
    yield "lid:"
    for model, lid in sorted(file.lid.items()):
        values: dict[str, Any] = lid.model_dump(mode="json", exclude_unset=True)
        score = found.score
        if model == score.model and score.value is not None:
            between = f", {score.interval[0]:g} to {score.interval[1]:g}" if score.interval else ""
            values["min_score"] = score.value
            values["provenance"] = (
                f"calibrated: {found.reference.name}, {score.documents} documents{between} (median - standard deviation)"
            )
        yield f"  {model}: {_json(values)}"


def _thresholds(file: LanguageFile, found: Calibration) -> Iterator[str]:
    blocks = [
        ThresholdBlock(
            provenance=block.provenance,
            values={name: value for name, value in block.values.items() if name not in found.used},
        )
        for block in file.thresholds
    ]
    blocks += [
        ThresholdBlock(provenance=provenance(found, one), values={name: one.value}) for name, one in found.used.items()
    ]
    yield "thresholds:"
    for block in blocks:
        if block.values:
            yield f"  - provenance: {_json(block.provenance)}"
            yield "    values:"
            for name, value in block.values.items():
                replaced = found.values["published"].get(name)
                note = f"  # in the place of {replaced:g}" if name in found.used and replaced is not None else ""
                yield f"      {name}: {'null' if value is None else format(value, '.10g')}{note}"


def _stop_words(found: Calibration) -> Iterator[str]:
    yield "stop_words:"
    said = f"share of words >= {found.frequency:g}"
    source = f"calibrated: {found.reference.name}, {len(found.reference.texts)} documents, {said}"
    yield f"  - provenance: {_json(source)}"
    yield f"    words: {_json([one.word for one in found.stop_words])}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
