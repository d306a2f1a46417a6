"""Write the quality report of a run: one page for the run, one per language, and the same numbers as JSON."""

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `corpusforge report`."""
    parser.add_argument("run", metavar="RUN", help="directory of a run (the --out of `corpusforge run`)")
    parser.add_argument("--json", action="store_true", help="print the numbers of the report; write nothing")


def run(args: argparse.Namespace) -> int:
    """Write the report and print where its index is, or print the numbers."""
    from corpusforge.report.build import build_report, dumps, report_figures
    from corpusforge.stored_run import StoredRun

    print(dumps(report_figures(StoredRun(args.run))) if args.json else build_report(args.run))
    return 0
