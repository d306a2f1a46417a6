"""Write `language_configs/` from FineWeb2's published tables, CLDR and ISO 639.

    python tools/import_fineweb2.py --reference ../shared/data/fineweb2_reference --data ../shared/data
 A language-script gets a file when it occurs in `--data` and has a row in thresholds.parquet, when lid.176
knows its language, or when it is English (FineWeb's own values). The output is a function of the inputs: run
it again after a change here, never edit the files by hand. `--check` writes nothing and exits 1 when a file
differs.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fineweb2_tables as tables
import language_names
import lid176_labels
from corpusforge.language_index import COLUMNS, Entry
from yaml_text import flow_list, flow_map, scalar

TOOL = "tools/import_fineweb2.py"
OUTPUT = Path(__file__).resolve().parent.parent / "language_configs"
DEFAULT = "default"
RIGHT_TO_LEFT = {"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}


def generate(reference: Path, data: Path) -> dict[str, str]:
    """Contents of every file, by path below `language_configs/`."""
    published = tables.read_published(reference)
    scripts = published.scripts()
    labels = lid176_labels.languages(scripts)
    label_of = {code: label for label, codes in labels.items() for code in codes}
    codes = {tables.ENGLISH} | set(label_of) | tables.occurring(data, published)
    codes |= {f"{code[:3]}_{script}" for code in label_of for script in scripts.get(code[:3], ())}
    files: dict[str, str] = {f"{DEFAULT}.yaml": _default_text()}
    entries = []
    for code in sorted(codes):
        iso3, script = code.split("_")
        default_script = scripts.get(iso3, [script])[0] == script
        called = language_names.names(iso3, script, default_script, published.names.get(code))
        lid = _lid(code, label_of.get(code), published)
        entry = Entry(
            code=code,
            default_script=default_script,
            documents=published.documents.get(code, 0),
            english=called.english,
            native=called.native,
            other=called.other,
            macrolanguage=language_names.macrolanguage(iso3),
            related=language_names.related(iso3),
            lid176=lid.get("lid176", {}).get("label"),
            glotlid=lid.get("glotlid", {}).get("label"),
        )
        entries.append(entry)
        files[f"{code}.yaml"] = _language_text(entry, lid, published.language(code))
    for script in sorted({code[4:] for code in codes}):
        files[f"script/{script}.yaml"] = _script_text(script)
    rows = [COLUMNS, *(entry.row() for entry in entries)]
    files["index.tsv"] = "".join("\t".join(row) + "\n" for row in rows)
    return files


def _lid(code: str, label: str | None, published: tables.Published) -> dict[str, dict[str, Any]]:
    lid = {}
    if code == tables.ENGLISH:
        lid["glotlid"] = {"label": code, "min_score": 0.5, "provenance": "default"}
        lid["lid176"] = {"label": "en", "min_score": 0.65, "provenance": tables.FINEWEB}
        return lid
    if code in published.rows:
        score = published.rows[code]["language_score"]
        lid["glotlid"] = {"label": code, "min_score": score, "provenance": tables.FINEWEB2}
    if label is not None:
        lid["lid176"] = {"label": label, "min_score": 0.5, "provenance": "default"}
    return lid


def _language_text(entry: Entry, lid: dict[str, dict[str, Any]], values: tables.Values) -> str:
    script = entry.code[4:]
    lines = [f"# {entry.english} ({script}). Written by {TOOL}: change it there."]
    lines += [f"code: {entry.code}", f"inherits: script/{script}"]
    if entry.default_script:
        lines.append("default_script: true")
    called = {"english": entry.english, "native": entry.native, "other": entry.other}
    lines.append(flow_map({key: value for key, value in called.items() if value}, "names: ", 0))
    if entry.macrolanguage:
        lines.append(f"macrolanguage: {entry.macrolanguage}")
    if entry.related:
        lines.append(flow_list(entry.related, "related: ", 0))
    if lid:
        lines.append("lid:")
        lines += [flow_map(cell, f"  {model}: ", 2) for model, cell in lid.items()]
    lines += _thresholds([(values.provenance, values.thresholds)] if values.thresholds else [])
    if values.stop_words:
        lines += ["stop_words:", f"  - provenance: {scalar(values.stop_words_provenance)}"]
        lines.append(flow_list(values.stop_words, "    words: ", 4))
    return "\n".join(lines) + "\n"


def _thresholds(blocks: list[tuple[str, dict[str, float | None]]]) -> Iterator[str]:
    if blocks:
        yield "thresholds:"
    for provenance, values in blocks:
        yield f"  - provenance: {scalar(provenance)}"
        yield "    values:"
        for name, value in values.items():
            yield f"      {name}: {scalar(value)}"


def _script_text(script: str) -> str:
    lines = [f"# What languages in the script {script} share. Written by {TOOL}: change it there."]
    lines.append(f"inherits: {DEFAULT}")
    if script in RIGHT_TO_LEFT:
        lines.append("direction: rtl")
    return "\n".join(lines) + "\n"


def _default_text() -> str:
    lines = [f"# What every language starts from. Written by {TOOL}: change it there."]
    lines += ["direction: ltr", "segmenter: {use: unicode, provenance: default}"]
    unpublished = "default: off until a value is published or calibrated for the language"
    blocks = [(tables.FIXED, tables.FIXED_VALUES), (unpublished, dict.fromkeys(tables.PER_LANGUAGE))]
    return "\n".join([*lines, *_thresholds(blocks)]) + "\n"


def main() -> int:
    """Write or check; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference", type=Path, required=True, help="folder of the published tables")
    parser.add_argument("--data", type=Path, required=True, help="data sets whose languages get files")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    args = parser.parse_args()
    files = generate(args.reference, args.data)
    present = {str(path.relative_to(args.output)) for path in args.output.rglob("*") if path.is_file()}
    stale = sorted(name for name in present - set(files) if f"Written by {TOOL}" in (_read(args.output / name) or ""))
    changed = [name for name, text in sorted(files.items()) if _read(args.output / name) != text]
    if args.check:
        for name in [*changed, *stale]:
            print(f"{args.output / name}: differs from what {TOOL} writes")
        return 1 if changed or stale else 0
    for name in stale:
        (args.output / name).unlink()
    for name in changed:
        (args.output / name).parent.mkdir(parents=True, exist_ok=True)
        (args.output / name).write_text(files[name], encoding="utf-8")
    print(f"{len(files)} files, {len(changed)} written, {len(stale)} removed", file=sys.stderr)
    return 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
