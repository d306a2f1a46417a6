"""Write `language_configs/` from FineWeb2's published tables, CLDR and ISO 639.

    python tools/import_fineweb2.py --reference ../shared/data/fineweb2_reference --data ../shared/data

Every language-script of thresholds.parquet gets a file, and English (FineWeb's own values), those that lid.176, OpenLID or
GlotLID can emit, and those of the labelled data sets below `--data`. The output is a function of the inputs: run it again
after a change here. Values whose provenance is none of the tool's (calibrated ones, somebody's own) stay, and so do files
that it did not write. `--check` writes nothing and exits 1 when a file differs.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import family_defaults
import labelled_languages
import language_names
import lid176_labels
import openlid_labels
import retired
from corpusforge.errors import UserError
from corpusforge.language_file import (
    Contamination,
    LanguageFile,
    LidLabel,
    Names,
    Rehydration,
    SegmenterChoice,
    StopWordBlock,
    ThresholdBlock,
    read_file,
)
from corpusforge.language_table import COLUMNS, Entry
from corpusforge.published import (
    ENGLISH,
    ENGLISH_MIN_SCORE,
    FINEWEB,
    FINEWEB2,
    FIXED,
    FIXED_VALUES,
    MAX_REPEATS,
    PER_LANGUAGE,
    Published,
    checksum_table,
    read_published,
)
from corpusforge.text.stop_words import cut_words, matchable
from language_text import MATCHABLE, TOO_FEW, TOOL, UNPUBLISHED, language_text, with_contributions

OUTPUT = Path(__file__).resolve().parent.parent / "language_configs"
DEFAULT = "default"
SEGMENTER = "unicode"
RIGHT_TO_LEFT = {"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"}
# Labels of GlotLID v3 without published values (hplt-project/openlid-v3-evaluation, language-lists/glotlid.txt at fe2db84).
GLOTLID = ("csw_Cans", "dwr_Ethi", "hbs_Latn", "jav_Java", "msm_Latn", ENGLISH)
MIN_SCORE = 0.5  # where nobody published one
# Fewer stop words that can be met at all than this, and the rule that wants two drops whole documents for want of a third.
LEAST_STOP_WORDS = 3


@dataclass(frozen=True)
class Sources:
    """What is known: published values; by language-script the labels of models, and families with who says so; the
    scripts of each ISO 639-3 code.
    """

    published: Published
    lid176: Mapping[str, str]
    openlid: Mapping[str, list[str]]
    families: Mapping[str, tuple[str, str]]
    scripts: Mapping[str, list[str]]


def generate(reference: Path, data: Path, output: Path = OUTPUT) -> dict[str, str]:
    """Contents of every file, by path below `output`, whose contributions are kept. Raises UserError."""
    sources, codes = _sources(reference, data)
    defaults = _group_files(sources.published, codes, sources.families)
    files: dict[str, tuple[LanguageFile, str]] = {f"{name}.yaml": made for name, made in defaults.items()}
    for code in sorted(codes):
        made = _language_file(code, sources, set(defaults))
        called = made.names.english if made.names else code
        files[f"{code}.yaml"] = (made, f"{called} ({code[4:]})")
    texts = {}
    entries = {}
    for path, (made, about) in files.items():
        name = path.removesuffix(".yaml")
        kept = with_contributions(made, read_file(output, name)) if (output / path).is_file() else made
        texts[path] = language_text(kept, about)
        if kept.code is not None:
            entries[name] = Entry.from_file(name, kept, sources.published.documents.get(name, 0))
    for path in output.glob("[a-z][a-z][a-z]_[A-Z]*.yaml"):
        if path.name not in texts and f"Written by {TOOL}" not in path.read_text(encoding="utf-8"):
            entries[path.stem] = Entry.from_file(path.stem, read_file(output, path.stem))
    texts["published.tsv"] = _table(checksum_table({code: sources.published.fields(code) for code in sorted(codes)}))
    texts["retired.tsv"] = _table(retired.table(entries.values()))
    texts["index.tsv"] = _table([COLUMNS, *(entries[code].row() for code in sorted(entries))])
    return texts


def _sources(reference: Path, data: Path) -> tuple[Sources, set[str]]:
    published = read_published(reference)
    scripts = published.scripts()
    labels = lid176_labels.languages(scripts)
    lid176 = {code: label for label, codes in labels.items() for code in codes}
    openlid = openlid_labels.languages(published.rows)
    codes = {ENGLISH, *published.rows, *lid176, *openlid, *GLOTLID}
    scripts = _with(scripts, codes)
    codes |= labelled_languages.labelled(data, scripts)
    scripts = _with(scripts, codes)
    known = language_names.families(published.families)
    families = {code: found for code in codes if (found := known.get(code) or known.get(code[:3]))}
    return Sources(published, lid176, openlid, families, scripts), codes


def _with(scripts: Mapping[str, list[str]], codes: Iterable[str]) -> dict[str, list[str]]:
    """The scripts of each language, with those of `codes` behind the ones that are there."""
    found = {iso3: list(several) for iso3, several in scripts.items()}
    for code in sorted(codes):
        several = found.setdefault(code[:3], [])
        if code[4:] not in several:
            several.append(code[4:])
    return found


def _language_file(code: str, sources: Sources, groups: set[str]) -> LanguageFile:
    iso3, script = code.split("_")
    published = sources.published
    default_script = sources.scripts[iso3][0] == script
    called = language_names.names(iso3, script, default_script, published.names.get(code))
    family, family_source = sources.families.get(code, (None, None))
    inherited = family_defaults.family_file(family, script)
    values = published.language(code)
    thresholds = [ThresholdBlock(provenance=values.provenance, values=values.thresholds)] if values.thresholds else []
    words = (
        [StopWordBlock(provenance=values.stop_words_provenance, words=values.stop_words)] if values.stop_words else []
    )
    further = matchable(values.stop_words, SEGMENTER)
    if further:
        words.append(StopWordBlock(provenance=MATCHABLE, words=further))
    met = len(values.stop_words) + len(further) - len(cut_words(values.stop_words, SEGMENTER))
    if values.stop_words and met < LEAST_STOP_WORDS:
        thresholds.append(ThresholdBlock(provenance=TOO_FEW, values={"min_stop_words": None}))
    weights = published.weights.get((code, MAX_REPEATS))
    facts = {
        "names": Names(english=called.english, native=called.native, other=called.other),
        "iso639_1": language_names.two_letter(iso3),
        "family": family,
        "macrolanguage": language_names.macrolanguage(iso3),
        "related": language_names.related(iso3),
    }
    return LanguageFile(
        code=code,
        inherits=inherited if inherited in groups else f"script/{script}",
        default_script=default_script,
        **facts,
        provenance=_fact_sources(facts, family_source, code in published.names, language_names.has_own_names(code)),
        lid=_lid(code, sources),
        thresholds=tuple(thresholds),
        stop_words=tuple(words),
        rehydration=Rehydration(provenance=FINEWEB2, max_repeats=MAX_REPEATS, repeats=weights) if weights else None,
        contamination=(
            Contamination(provenance=FINEWEB2, value=published.contamination[code])
            if code in published.contamination
            else None
        ),
    )


def _lid(code: str, sources: Sources) -> dict[str, LidLabel]:
    lid = {}
    if code in sources.published.rows:
        score = sources.published.rows[code]["language_score"]
        lid["glotlid"] = LidLabel(label=code, min_score=score, provenance=FINEWEB2)
    elif code in GLOTLID:
        lid["glotlid"] = LidLabel(label=code, min_score=MIN_SCORE, provenance="default")
    if code == ENGLISH:
        lid["lid176"] = LidLabel(label="en", min_score=ENGLISH_MIN_SCORE, provenance=FINEWEB)
    elif code in sources.lid176:
        lid["lid176"] = LidLabel(label=sources.lid176[code], min_score=MIN_SCORE, provenance="default")
    if code in sources.openlid:
        label, *also = sources.openlid[code]
        lid["openlid"] = LidLabel(label=label, also=tuple(also), min_score=MIN_SCORE, provenance="default")
    return lid


def _group_files(
    published: Published, codes: set[str], families: Mapping[str, tuple[str, str]]
) -> dict[str, tuple[LanguageFile, str]]:
    """The files that languages inherit from, with their first comment, by name."""
    fixed = ThresholdBlock(provenance=FIXED, values=FIXED_VALUES)
    off = ThresholdBlock(provenance=UNPUBLISHED, values=dict.fromkeys(PER_LANGUAGE))
    default = LanguageFile(
        direction="ltr",
        segmenter=SegmenterChoice(use=SEGMENTER, provenance="default"),
        thresholds=(fixed, off),
    )
    files = {DEFAULT: (default, "What every language starts from")}
    scripts = {code: f"script/{code[4:]}" for code in codes}
    by_script = family_defaults.medians(published, scripts)
    for name in sorted(set(scripts.values())):
        script = name.removeprefix("script/")
        direction: Any = "rtl" if script in RIGHT_TO_LEFT else None
        made = LanguageFile(inherits=DEFAULT, direction=direction, thresholds=_block(by_script.get(name)))
        files[name] = (made, f"What languages in the script {script} share")
    groups = {
        code: name for code in codes if (name := family_defaults.family_file(families.get(code, (None,))[0], code[4:]))
    }
    for name, found in family_defaults.medians(published, groups).items():
        script = name.rpartition("-")[2]
        family = next(families[code][0] for code in sorted(groups) if groups[code] == name)
        made = LanguageFile(inherits=f"script/{script}", thresholds=_block(found))
        files[name] = (made, f"What {family} languages in the script {script} share")
    return files


def _block(found: tuple[str, family_defaults.Values] | None) -> tuple[ThresholdBlock, ...]:
    return (ThresholdBlock(provenance=found[0], values=found[1]),) if found else ()


def _fact_sources(
    facts: Mapping[str, Any], family_source: str | None, published: bool, own_names: bool
) -> dict[Any, str]:
    """Who says the facts of a language that are there."""
    names = f"{language_names.CLDR}; {language_names.ISO_639}" + ("; fineweb2@d0defb2" if published else "")
    names += "; some are our own" if own_names else ""
    sources = {
        "names": names,
        "iso639_1": language_names.ISO_639,
        "family": family_source,
        "macrolanguage": language_names.ISO_639,
        "related": "default: languages that one name or one speaker joins",
    }
    return {fact: sources[fact] for fact, value in facts.items() if value}


def _table(rows: Iterable[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def main() -> int:
    """Write or check; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference", type=Path, required=True, help="folder of the published tables")
    parser.add_argument("--data", type=Path, required=True, help="data sets whose languages get files")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file differs")
    args = parser.parse_args()
    try:
        files = generate(args.reference, args.data, args.output)
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    present = {path.relative_to(args.output).as_posix() for path in args.output.rglob("*.yaml")}
    stale = sorted(name for name in present - set(files) if f"Written by {TOOL}" in (_read(args.output / name) or ""))
    changed = [name for name, text in sorted(files.items()) if _read(args.output / name) != text]
    if args.check:
        for name in [*changed, *stale]:
            print(f"{args.output / name}: differs from what {TOOL} writes")
        return 1 if changed or stale else 0
    # The tables last: a language is found by its file until its line is there.
    for name in sorted(changed, key=lambda name: (name.endswith(".tsv"), name)):
        _put(args.output / name, files[name])
    for name in stale:
        (args.output / name).unlink()
    print(f"{len(files)} files, {len(changed)} written, {len(stale)} removed", file=sys.stderr)
    return 0


def _put(path: Path, text: str) -> None:
    # A reader sees the old file or the new one, never half of one.
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main())
