"""Delete the stored text of documents that were not kept. Signals and fates stay, so `why` and `whatif` still work."""

import argparse
import json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge prune`."""
    parser.add_argument("run", metavar="RUN", help="directory of a finished run")
    parser.add_argument("--dry-run", action="store_true", help="only say what would be freed")
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def run(args: argparse.Namespace) -> int:
    """Prune and say what was freed."""
    from corpusforge.prune import prune

    freed = prune(args.run, args.dry_run)
    if args.json:
        print(json.dumps(freed))
    else:
        word = "would free" if args.dry_run else "freed"
        print(f"{word} {freed['text_bytes']:,} bytes of text of {freed['documents']:,} documents that were not kept")
        if freed["fetched_bytes"]:
            print(f"{word} {freed['fetched_bytes']:,} bytes of records that were fetched from crawls")
        if freed["exchanged_bytes"]:
            print(f"{word} {freed['exchanged_bytes']:,} bytes between steps of deduplication; its index stays")
    return 0
