"""The arguments that `mix plan` and `mix build` share: a mixture, runs, and what replaces values of the file."""

import argparse

from corpusforge.errors import UserError
from corpusforge.mix.mixture_file import MixtureFile, load_mixture


def add_mixture_arguments(parser: argparse.ArgumentParser) -> None:
    """MIXTURE, --from, --lang, --budget, --max-epochs, --seed, --json."""
    parser.add_argument("mixture", metavar="MIXTURE", help="name of a mixture (unimax), or a YAML file")
    parser.add_argument(
        "--from", dest="runs", metavar="RUN", nargs="+", required=True, help="directories of finished runs"
    )
    parser.add_argument("--lang", metavar="LANG[,LANG]", help="these languages instead of the mixture's; 'all'")
    parser.add_argument(
        "--budget", metavar="AMOUNT", help="10M, 1.5B, 'available' (all once) or 'fit' (all that shares allow)"
    )
    parser.add_argument("--max-epochs", metavar="N", type=float, help="times that a text may come, at most")
    parser.add_argument("--seed", metavar="N", type=int, help="of the choice and the order of documents")
    parser.add_argument("--json", action="store_true", help="result as JSON on standard output")


def mixture_from(args: argparse.Namespace) -> MixtureFile:
    """The mixture with the flags applied. Raises UserError."""
    if not all(run.strip() for run in args.runs):
        raise UserError("--from: a run's name is empty (a shell variable that is not set?)")
    languages = None
    if args.lang is not None:
        from corpusforge.cli.recipe_arguments import languages_of

        languages = list(languages_of(args.lang))
    changes = {
        "languages": languages,
        "budget": args.budget,
        "max_epochs": args.max_epochs,
        "seed": args.seed,
    }
    return load_mixture(args.mixture, changes)
