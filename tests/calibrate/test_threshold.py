"""One threshold: its value, what it removes, what is refused."""

import numpy as np
import polars as pl
import pytest

from corpusforge.calibrate.bootstrap import weights
from corpusforge.calibrate.methods import English
from corpusforge.calibrate.rules import Tunable, measured, tunables
from corpusforge.calibrate.score import calibrate_score
from corpusforge.calibrate.threshold import Calibrated, calibrate_threshold
from corpusforge.rules.filter_set import FilterSet

SETS = FilterSet.model_validate(
    {
        "filter_set": "tried",
        "source": "a test",
        "defaults": {"max_hash_ratio": 0.1},
        "rules": [
            {"rule": "list_ratio", "if": "list_ratio > $max_list_ratio"},
            {"rule": "punct", "if": "non_empty_lines >= 3 and line_punct_ratio < $min_line_punct_ratio"},
            {"rule": "hashes", "if": "hash_ratio > $max_hash_ratio"},
            {"rule": "either", "if": "words < $min_words or alpha_word_ratio < $min_alpha_word_ratio"},
        ],
    }
)
LIST, PUNCT, HASHES = tunables([SETS])
NOW: dict[str, float | None] = {"max_list_ratio": 0.5, "min_line_punct_ratio": None, "max_hash_ratio": 0.1}
DRAWN = weights(200, 100, 0)


def frame(list_ratio: list[float | None], punct: float = 0.5) -> pl.DataFrame:
    count = len(list_ratio)
    return pl.DataFrame(
        {
            "list_ratio": pl.Series(list_ratio, dtype=pl.Float64),
            "line_punct_ratio": [punct] * count,
            "non_empty_lines": [index % 4 + 1 for index in range(count)],
            "hash_ratio": [0.0] * count,
        }
    )


def found(one: Tunable, method: str, reference: pl.DataFrame, web: pl.DataFrame | None = None) -> Calibrated:
    english = English(threshold=0.3, mean=0.1, std=0.1, median=0.1, kept=0.99, documents=500)
    return calibrate_threshold(one, method, reference, web, DRAWN[:, : reference.height], english, NOW)


def test_a_rule_of_several_conditions_is_tuned_and_one_of_alternatives_is_not() -> None:
    assert [one.name for one in (LIST, PUNCT, HASHES)] == ["max_list_ratio", "min_line_punct_ratio", "max_hash_ratio"]
    assert (LIST.own, HASHES.own, LIST.sign, PUNCT.sign) == (True, False, 1, -1)


def test_only_documents_count_that_the_rule_can_judge() -> None:
    assert len(measured(frame([0.1] * 200), PUNCT, NOW)) == 100  # half of them have three lines or more
    assert len(measured(frame([0.1, None] * 100), LIST, NOW)) == 100


def test_a_value_removes_what_lies_beyond_it() -> None:
    reference = frame([index / 1000 for index in range(200)])
    one = found(LIST, "10Tail", reference, frame([0.1] * 60 + [0.3] * 40))
    assert one.value == 0.179  # 180 of 200 are at most 0.179
    assert one.after is not None and (one.after.reference, one.after.web) == (0.1, 0.4)
    assert (one.before.reference, one.before.web) == (0.0, 0.0)  # 0.5 now
    assert one.held_out is not None and 0.08 < one.held_out < 0.12
    assert one.interval is not None and one.interval[0] < 0.179 < one.interval[1]
    assert one.refused is None


def test_values_are_rounded_to_the_lenient_side() -> None:
    assert found(LIST, "10Tail", frame([0.12341] * 200)).value == 0.1235
    assert found(PUNCT, "10Tail", frame([0.1] * 200, punct=0.12349)).value == 0.1234


@pytest.mark.parametrize(
    ("web", "reason"),
    [
        (frame([0.9] * 60 + [0.0] * 40), "would remove 60% of the web sample"),
        (None, "100% of the reference have none at all"),
    ],
)
def test_nonsense_is_refused(web: pl.DataFrame | None, reason: str) -> None:
    assert reason in str(found(LIST, "10Tail", frame([0.0] * 200), web).refused)


def test_a_rule_that_could_never_fire_is_refused() -> None:
    assert found(PUNCT, "10Tail", frame([0.1] * 200, punct=0.0)).refused == (
        "can never fire: line_punct_ratio is never < 0"
    )


def test_a_reference_without_a_flaw_cannot_say_what_a_flaw_is() -> None:
    said = str(found(PUNCT, "10Tail", frame([0.1] * 200, punct=1.0)).refused)
    assert said.startswith("100% of the reference have the most there can be")


def test_a_rule_that_removes_most_of_the_reference_is_refused() -> None:
    assert found(LIST, "English", frame([0.6] * 150 + [0.1] * 50)).refused == "would remove 75% of the reference"


def test_too_few_documents_are_refused_and_said() -> None:
    one = found(LIST, "10Tail", frame([0.1] * 99 + [None] * 101))
    assert one.value is None and one.refused == "only 99 documents have the signal; 100 are needed"


def test_keep_and_off() -> None:
    assert found(LIST, "keep", frame([0.1] * 200)).refused == "kept, as --method says"
    off = found(LIST, "off", frame([0.9] * 200))
    assert (off.value, off.refused) == (None, None) and off.after is not None and off.after.reference == 0


def test_the_least_score_is_median_less_deviation_within_bounds() -> None:
    # 100 scores of 0.8 and 100 of 0.6: median (the 100th of 200) 0.6, deviation 0.1.
    scores = pl.DataFrame(
        {"language": ["pan_Guru"] * 200 + ["hin_Deva"] * 50, "language_score": [0.8, 0.6] * 100 + [0.9] * 50}
    )
    drawn = weights(250, 50, 0)
    one = calibrate_score("lid176", "pa", "pan_Guru", scores, drawn)
    assert (one.value, one.documents, one.removes_reference) == (0.5, 200, 0.0)
    assert one.identified == {"pan_Guru": 0.8, "hin_Deva": 0.2}
    high = scores.with_columns(language_score=pl.lit(0.99))
    assert calibrate_score("lid176", "pa", "pan_Guru", high, drawn).value == 0.9
    low = scores.with_columns(language_score=pl.lit(0.1))
    assert calibrate_score("lid176", "pa", "pan_Guru", low, drawn).value == 0.3


def test_no_score_without_a_label_or_documents() -> None:
    scores = pl.DataFrame({"language": ["eng_Latn"] * 200, "language_score": np.full(200, 0.5)})
    assert calibrate_score("lid176", None, "pan_Guru", scores, DRAWN).refused == "lid176 does not know the language"
    assert "takes 0 of 200" in str(calibrate_score("lid176", "pa", "pan_Guru", scores, DRAWN).refused)
