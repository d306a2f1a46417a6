"""Thresholds that fire nearly never or nearly always are pointed out; those that never can are left to `inactive`."""

import pytest

from corpusforge.rules.doubtful import doubtful_thresholds


@pytest.mark.parametrize(
    ("threshold", "value", "doubtful"),
    [
        ("max_dup_line_frac", 0.89, False),
        ("max_dup_line_frac", 0.95, True),
        ("max_dup_line_frac", 1.32, False),  # inactive: a repeated share never reaches 1
        ("max_top_2_gram_frac", 0.867, False),
        ("max_top_2_gram_frac", 1.2, True),
        ("max_top_2_gram_frac", 3.0, False),  # inactive
        ("max_avg_word_length", 21.0, False),
        ("max_avg_word_length", 3141.0, True),
        ("min_alpha_word_ratio", 0.8, False),
        ("min_alpha_word_ratio", 1.0, True),
        ("min_alpha_word_ratio", None, False),
        ("max_list_ratio", 7.25, True),
    ],
)
def test_a_number_that_does_not_do_its_work(threshold: str, value: float | None, doubtful: bool) -> None:
    assert bool(doubtful_thresholds({threshold: value})) is doubtful
