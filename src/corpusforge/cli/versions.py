"""List the versions of a run's corpus: what each one holds, and what it added, removed and changed."""

import argparse
import json
from collections import Counter
from typing import Any


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge versions`."""
    parser.add_argument("run", metavar="RUN", help="directory of a run")
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """List them."""
    from corpusforge.version_history import listed

    found = listed(args.run)
    if args.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
        return 0
    if not found:
        print(f"{args.run}: no version yet; a run that is finished makes one")
    for version in found:
        print("\n".join(_text(version)))
    return 0


def _text(version: dict[str, Any]) -> list[str]:
    stored = "" if version["stored"] else "   (its data is not stored any more)"
    lines = [
        f"{version['number']:>4}  {version['made'].replace('T', ' ')[:16]}  {version['documents']:>11,} documents in "
        f"{version['languages']:,} language{'s' * (version['languages'] != 1)}, {version['inputs']:,} inputs{stored}"
    ]
    total: Counter[str] = Counter()
    for counts in version["changes"].values():
        total.update(counts)
    if total:
        lines.append("      " + ", ".join(f"{count:,} {change}" for change, count in sorted(total.items())))
    if version["settings_changed"]:
        lines.append(f"      settings: {version['settings_changed']}")
    for code, count in version["older_kept"].items():
        lines.append(
            f"      {code}: {count:,} documents gave way to an older one that the survivor policy alone would not keep"
        )
    return lines
