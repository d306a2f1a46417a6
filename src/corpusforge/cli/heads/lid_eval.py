"""Judge language identification on texts whose language is known: precision, recall, F1, what is mistaken for what.

The files are as for `train lid`. Texts are identified as a run would: label, script of the text, a sample of 8 KiB.
"""

import argparse
import json
from pathlib import Path

from corpusforge.cli.heads.labelled_arguments import add_columns, add_data, columns_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Flags of `corpusforge eval lid`."""
    add_data(parser, "--data", "labelled files")
    add_columns(parser)
    parser.add_argument(
        "--model",
        metavar="MODEL",
        default="lid176",
        help="lid176, glotlid, openlid, or the path of a model (default lid176)",
    )
    parser.add_argument(
        "--labels", metavar="FILE", help="what the model's labels mean: lines of label<TAB>language-script"
    )
    parser.add_argument("--json", action="store_true", help="everything, as JSON on standard output")
    parser.add_argument("--out", metavar="DIR", help="write lid.json and lid.md there")


def run(args: argparse.Namespace) -> int:
    """Judge, print or write."""
    from corpusforge.lid.evaluate import judge
    from corpusforge.lid.labelled import expand, read_labelled
    from corpusforge.lid.tables import page, summary

    judged = judge(read_labelled(expand(args.data), columns_of(args)), args.model, None, args.labels)
    data = json.dumps(judged.data(), ensure_ascii=False, indent=1)
    if args.out:
        folder = Path(args.out)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "lid.json").write_text(data + "\n", encoding="utf-8")
        (folder / "lid.md").write_text(page(judged), encoding="utf-8")
    print(data if args.json else "\n".join(summary(judged)))
    return 0
