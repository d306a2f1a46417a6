"""Write the statistics of English that `corpusforge calibrate` ships: figures, computed from text that does not ship.

    python tools/make_english_statistics.py --data ../shared/data
    python tools/make_english_statistics.py --data ../shared/data --check

Run it again after a change of a statistic, a rule or an English threshold. `--check` writes nothing and exits 1 when the
table is stale.
"""

import argparse
import sys
from pathlib import Path

from corpusforge.calibrate.calibration import english_reference
from corpusforge.calibrate.english import TABLE, as_table
from corpusforge.recipe import names

OUTPUT = Path(__file__).resolve().parent.parent / "src" / "corpusforge" / "calibrate" / TABLE
FILES = ("docs_masakhanews/eng_Latn.jsonl.zst",)
ABOUT = "MasakhaNEWS, English news"


def main() -> int:
    """Write or check; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the table is stale")
    args = parser.parse_args()
    found = {}
    for recipe in names():
        found |= english_reference([str(args.data / name) for name in FILES], recipe).statistics
    documents = max(one.documents for one in found.values())
    text = as_table(f"{ABOUT} ({documents:,} documents)", found)
    if args.check:
        stale = not OUTPUT.is_file() or OUTPUT.read_text(encoding="utf-8") != text
        if stale:
            print(f"{OUTPUT}: not what tools/{Path(__file__).name} writes")
        return int(stale)
    OUTPUT.write_text(text, encoding="utf-8")
    print(f"{len(found)} thresholds", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
