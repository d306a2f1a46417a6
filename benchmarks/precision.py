"""The precision filter on clean text: how many documents of a language it keeps, and how many of other languages.

    python -m benchmarks.precision [--shared DIR] [--write docs/reference/precision.md]

Lists: FineWeb2's at 0.85 and 0.95, and ours, derived from LEARNT. Judged on other text: every
document of docs_masakhanews, docs_nusaparagraph, docs_ted_blocks, docs_ud and docs_udhr. No URLs are looked at.
"""

import argparse
import io
import json
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import zstandard

from benchmarks.sources import default_folder
from corpusforge.calibrate.word_lists import derived, published
from corpusforge.languages import all_codes, load_language
from corpusforge.stages.precision import precision
from corpusforge.stages.precision_lists import WordList
from corpusforge.text.segment import segmenter

JUDGED = ("docs_masakhanews", "docs_nusaparagraph", "docs_ted_blocks", "docs_ud", "docs_udhr")
LEARNT = ("docs_bible", "lid_ebible", "docs_storybooks", "lid_lingua_sentences")
OWN, EACH = 200, 5  # documents of a language; of each other language in its script
LEAST = 20
ABOVE = 0.1


def rows(paths: list[Path]) -> Iterator[dict]:
    """Rows that have a text and a label."""
    for path in paths:
        with path.open("rb") as file:
            for line in io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8"):
                row = json.loads(line)
                if row.get("text") and row.get("lang") and row.get("script"):
                    yield row


def documents(data: Path) -> dict[str, list[str]]:
    """Up to OWN documents of each language, drawn by a seed."""
    every = defaultdict(list)
    for name in JUDGED:
        for row in rows(sorted((data / name).glob("*.zst"))):
            every[f"{row['lang']}_{row['script']}"].append(row["text"])
    return {code: random.Random(code).sample(texts, min(OWN, len(texts))) for code, texts in sorted(every.items())}


def kept(texts: list[str], code: str, known: WordList) -> float:
    """Share of texts with a word of the list."""
    language = load_language(code)
    urls = [None] * len(texts)
    found = precision(pa.array(texts, pa.large_string()), urls, segmenter(language.segmenter), language, known, -1)
    return sum(share > 0 for share in found["precision_words"].to_pylist()) / len(texts)


def page(data: Path) -> str:
    """The whole page."""
    with tempfile.TemporaryDirectory() as place:
        learnt = Path(place) / "learnt.jsonl"
        with learnt.open("w") as file:
            for row in rows([path for name in LEARNT for path in sorted((data / name).glob("*.zst"))]):
                file.write(json.dumps({name: row[name] for name in ("text", "lang", "script")}) + "\n")
        ours, _ = derived([str(learnt)])
    lists = {
        "published 0.85": published(data / "fineweb2_reference", 0.85),
        "published 0.95": published(data / "fineweb2_reference", 0.95),
        "ours": ours,
    }
    contamination = {code: one.contamination for code, one in lists["published 0.95"].items()}
    texts, configured = documents(data), set(all_codes())
    judged = [code for code in texts if code in configured and len(texts[code]) >= LEAST]
    rows_of: dict[str, list[str]] = {}
    shares: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for code in judged:
        near = [own[:EACH] for other, own in texts.items() if other[:3] != code[:3] and other[4:] == code[4:]]
        others = [text for own in near for text in own]
        cells = [code, f"{contamination.get(code) or 0:.2f}", f"{len(texts[code]):,}", f"{len(others):,}"]
        for name, found in lists.items():
            known = found.get(code)
            if known is None:
                cells += ["-", "-", "-"]
                continue
            shares[name][code] = (kept(texts[code], code, known), kept(others, code, known) if others else 0.0)
            cells += [f"{len(known.words):,}", *(f"{share:.1%}" for share in shares[name][code])]
        rows_of[code] = cells
    high = [code for code in judged if (contamination.get(code) or 0) > ABOVE]
    both = [code for code in judged if all(code in shares[name] for name in lists)]
    head = ["language", "contamination", "own", "others"]
    head += [f"{name}: {what}" for name in lists for what in ("words", "own kept", "others kept")]
    body = [rows_of[code] for code in high]
    body.append(_mean(f"**mean of {len(high)}**", shares, high))
    body.append(_mean(f"**mean of {len(both)} that all lists have, of any contamination**", shares, both))
    table = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] + ["---:"] * (len(head) - 1), *body)]
    return "\n".join([*PAGE.format(above=ABOVE, own=OWN, each=EACH, least=LEAST).splitlines(), "", *table, ""])


def _mean(name: str, shares: dict[str, dict[str, tuple[float, float]]], codes: list[str]) -> list[str]:
    cells = [name, "", "", ""]
    for found in shares.values():
        there = [found[code] for code in codes if code in found]
        means = [f"**{sum(pair[place] for pair in there) / len(there):.1%}**" if there else "-" for place in (0, 1)]
        cells += [f"{len(there)} lists", *means]
    return cells


PAGE = """# The precision filter, measured

    python -m benchmarks.precision --write docs/reference/precision.md

A small language needs the filter where a model takes many texts of others for it: languages with a published
contamination above {above}. A document passes with one word of the list; URLs, which would let more pass, are not looked
at here. `own`: up to {own} documents of the language (at least {least}), from news, TED talks, paragraphs, treebanks and
the Declaration of Human Rights. `others`: {each} of each other language in the same script. Ours are derived by
`corpusforge words` from other text than the judged: Bible chapters and verses, storybooks, and the sentences of lingua's
tests. That is little text, so our lists are short; they show that the command works, and what such text is worth.
"""


def main() -> None:
    """Print the page; with --write, store it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=default_folder(), required=default_folder() is None)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    text = page(args.shared / "data")
    if args.write:
        args.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
