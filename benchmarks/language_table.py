"""Identified language against the label that came with the documents, per source language.

    python -m benchmarks.language_table RUN

RUN is a run over labelled JSONL (fields `lang`, ISO 639-3, and `script`, ISO 15924, which records/ keeps in `meta`).
Prints, per label: documents, share identified as it, the three answers given most often, and the share kept.
"""

import json
import sys
from collections import Counter, defaultdict

from corpusforge.stored_run import StoredRun


def main(url: str) -> None:
    """Count and print."""
    run = StoredRun(url)
    kept = {key for code in run.codes for key in run.fates(code).filter(fate="kept")["key"].to_list()}
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    survived: Counter[str] = Counter()
    for table in run.records(["key", "language", "language_script", "label", "meta", "fate"]):
        for row in table.to_pylist():
            label = json.loads(row["meta"] or "{}")
            if not isinstance(label.get("lang"), str):
                continue
            name = f"{label['lang']}_{label.get('script', '?')}"
            known = row["language"] is not None
            answers[name][f"{row['language']}_{row['language_script']}" if known else f"({row['label']})"] += 1
            survived[name] += row["key"] in kept
    print(f"{'label':<12}{'documents':>10}{'identified':>12}{'kept':>8}  answers")
    for name in sorted(answers):
        count = sum(answers[name].values())
        shown = ", ".join(f"{code} {n:,}" for code, n in answers[name].most_common(3))
        print(f"{name:<12}{count:>10,}{answers[name][name] / count:>12.1%}{survived[name] / count:>8.1%}  {shown}")


if __name__ == "__main__":
    main(sys.argv[1])
