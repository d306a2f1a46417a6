"""Remarks: what an auditor is told to look at first, worked out by hand."""

from typing import Any

from corpusforge.report.remarks import remarks


def rule(name: str, alone: int | None, phase: str = "decide", signal: str = "words") -> dict[str, Any]:
    return {"rule": name, "alone": alone, "phase": phase, "signals": [signal], "broken_share": 0.1}


def language(documents: int, rules: list[dict[str, Any]], **other: Any) -> dict[str, Any]:
    """Figures of a language of which half was kept, with no duplicates, hosts or thresholds."""
    return {
        "documents": documents,
        "kept": documents // 2,
        "kept_share": 0.5,
        "kept_interval": None,
        "unfinished": [],
        "rules": rules,
        "inputs": {"files": 9, "gave_nothing": 0, "first": []},
        "duplicates": None,
        "hosts": {"by_chars": []},
        "threshold_sources": [],
        **other,
    }


def told(figures: dict[str, Any], about: str) -> list[str]:
    return [remark["text"] for remark in remarks(figures) if remark["about"] == about]


def test_a_rule_that_removes_many_alone_is_named_with_its_numbers() -> None:
    assert told(language(529, [rule("gopher_quality/alpha_words", 53)]), "rule alone") == [
        "gopher_quality/alpha_words alone removes 53 of 529 documents (10.0%): "
        "read its samples before trusting the threshold."
    ]


def test_twenty_documents_or_a_twentieth_are_many_and_two_are_not() -> None:
    assert told(language(10_000, [rule("a/b", 20)]), "rule alone")
    assert not told(language(10_000, [rule("a/b", 19)]), "rule alone")
    assert told(language(100, [rule("a/b", 5)]), "rule alone")
    assert not told(language(100, [rule("a/b", 4)]), "rule alone")
    assert told(language(10, [rule("a/b", 3)]), "rule alone")
    assert not told(language(10, [rule("a/b", 2)]), "rule alone")


def test_the_three_rules_that_remove_most_are_named_the_most_first() -> None:
    rules = [rule(f"a/{alone}", alone) for alone in (21, 50, 30, 40)]
    assert [text.split()[0] for text in told(language(1000, rules), "rule alone")] == ["a/50", "a/40", "a/30"]


def test_copies_and_tags_are_not_rules_to_distrust() -> None:
    rules = [rule("duplicates/near", 500, signal="duplicate"), rule("a/tag", None)]
    assert not told(language(1000, rules), "rule alone")


def test_of_a_rule_of_admit_it_says_that_the_others_were_not_tried() -> None:
    (text,) = told(language(1000, [rule("language/min_score", 300, "admit")]), "rule alone")
    assert text.startswith(
        "language/min_score alone removes 300 of 1,000 documents (30.0%), before other rules are tried: "
    )


def test_files_of_which_nothing_is_kept_are_named_unless_nothing_is_kept_at_all() -> None:
    first = [{"name": f"{n}.jsonl", "documents": 90 - n} for n in range(5)]
    inputs = {"files": 9, "gave_nothing": 5, "first": first}
    assert told(language(1000, [], inputs=inputs), "input without a kept document") == [
        "0.jsonl: none of its 90 documents in this language was kept.",
        "1.jsonl: none of its 89 documents in this language was kept.",
        "2.jsonl: none of its 88 documents in this language was kept.",
        "The same holds for 2 more of the 9 input files.",
    ]
    assert not told(language(1000, [], inputs=inputs, kept=0), "input without a kept document")


def test_an_unfinished_run_is_not_said_to_have_kept_nothing() -> None:
    about = {remark["about"] for remark in remarks(language(1000, [], kept=0, unfinished=["Not done."]))}
    assert "unfinished" in about and "nothing kept" not in about
