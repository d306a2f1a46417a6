"""`corpusforge COMMAND ...`: a dictionary of commands; a command's module is imported when it is called."""

import argparse
import importlib
import os
import sys

from corpusforge import __version__
from corpusforge.errors import UserError, nearest

COMMANDS: dict[str, str] = {
    "run": "run a recipe: crawl files in, a clean corpus out",
    "plan": "show what a run would do, and why; exit 2 when there is work",
    "verify": "prove that every record has exactly one fate and every file is what was written",
    "why": "explain what became of one document",
    "whatif": "re-try thresholds on stored signals, without reading text",
    "calibrate": "compute a language's thresholds and stop words from reference text",
    "words": "make lists of words that only one language uses, for the stage precision",
    "export": "write out the documents of a fate",
    "report": "write the per-language quality report",
    "mix": "mix the corpora of runs: mix list, weights, plan, build",
    "languages": "list languages, or show one with the source of every value",
    "train": "train a model on labelled files: train lid",
    "eval": "judge a model on labelled files: eval lid",
    "sample": "write the bundled sample crawl into a directory",
    "versions": "list the versions of a corpus and what each one changed",
    "diff": "what changed between two versions of a corpus, and why",
    "prune": "delete stored text of documents that were not kept",
}


def usage() -> str:
    """The text of `corpusforge --help`."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {about}" for name, about in COMMANDS.items()]
    return "\n".join(
        [
            "corpusforge: multilingual pretraining-data curation with one known fate for every record",
            "",
            "usage: corpusforge COMMAND [options]      corpusforge COMMAND --help",
            "",
            *lines,
            "",
            "  corpusforge run fineweb2-style --lang pan",
        ]
    )


def main(argv: list[str] | None = None) -> int:
    """Run a command; return its exit code (0 done, 1 user error, 2 work to do, 3 quarantined, 4 lease, 130 interrupted)."""
    argv = sys.argv[1:] if argv is None else argv
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if argv else 1
    if argv[0] in ("-V", "--version"):
        print(f"corpusforge {__version__}")
        return 0
    name, rest = argv[0], argv[1:]
    if name not in COMMANDS:
        print(f"corpusforge: no command '{name}'{nearest(name, COMMANDS)}\n\n{usage()}", file=sys.stderr)
        return 1
    module = importlib.import_module(f"corpusforge.cli.{name}")
    parser = _Parser(
        prog=f"corpusforge {name}", description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(rest)))
    except UserError as error:
        print(f"corpusforge: {error}", file=sys.stderr)
        return 4 if type(error).__name__ == "LeaseRefused" else 1
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            # The reader of our output (head, less) has gone. Python would complain once more at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        place = f"{error.filename}: " if error.filename else ""
        print(f"corpusforge: {place}{(error.strerror or str(error)).lower()}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("corpusforge: interrupted; the same command resumes", file=sys.stderr)
        return 130


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        self.print_usage(sys.stderr)
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    sys.exit(main())
