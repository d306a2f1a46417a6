"""What is measured: pairs of the same documents, in turn, with everything that a side starts."""

from functools import partial
from pathlib import Path

import pytest
from benchmarks.figures import Ratio, rate, ratio, seconds
from benchmarks.measure import measure
from benchmarks.protocol import Case, Documents, Row
from tests.benchmarks.fake_sides import Absent, Noted, Orphaning, Twice

TEXTS = Documents(["ਪੰਜਾਬੀ ਦਾ ਪਾਠ", "a text"], "pan_Guru")


def case(sides: dict, peers: list[str], **more) -> Case:
    row = Row("work", ("work",), dict.fromkeys(peers, ("work",)))
    return Case("here", "fake", lambda: TEXTS, sides, [row], **more)


def test_a_ratio_is_the_median_of_pairs_and_not_the_ratio_of_medians():
    # 10/1, 10/2, 90/9: 10, 5, 10. Medians alone would give 10/2 = 5.
    assert ratio([1, 2, 9], [10, 10, 90]) == Ratio(10, 5, 10)


def test_a_ratio_of_an_even_number_of_pairs_is_the_mean_of_the_middle_two():
    assert ratio([1, 1, 1, 1], [2, 4, 8, 100]) == Ratio(6, 2, 100)


@pytest.mark.parametrize(("ours", "peer"), [([], []), ([1.0], [1.0, 2.0])])
def test_repetitions_must_be_pairs(ours, peer):
    with pytest.raises(ValueError, match="repetitions"):
        ratio(ours, peer)


def test_parts_are_added_per_repetition_and_the_median_start_up_is_subtracted():
    parts = {"read": [1.0, 2.0, 3.0], "write": [1.0, 1.0, 2.0], "start": [0.5, 9.0, 1.0]}
    assert seconds(parts, ["read", "write"]) == [2, 3, 5]
    assert seconds(parts, ["read", "write"], ["start"]) == [1, 2, 4]


def test_a_rate_is_that_of_the_median_repetition():
    assert rate(12, [1, 2, 30]) == 6


def test_sides_take_turns_and_each_repetition_begins_with_another(tmp_path: Path):
    log = tmp_path / "log"
    sides = {"corpusforge": partial(Noted, "ours", log), "peer": partial(Noted, "peer", log)}
    # `once`: a part that is not repeated within a repetition, so each line is one repetition.
    list(measure([case(sides, ["peer"], once=frozenset(["work"]))], 4))
    assert log.read_text().split() == ["ours", "peer", "peer", "ours", "ours", "peer", "peer", "ours"]


def test_both_sides_name_the_hash_of_the_same_documents(tmp_path: Path):
    sides = {"corpusforge": partial(Noted, "ours", tmp_path / "a"), "peer": partial(Noted, "peer", tmp_path / "b")}
    (found,) = measure([case(sides, ["peer"])], 5)
    assert {side.digest for side in found.sides.values()} == {TEXTS.digest}
    assert (found.documents, found.bytes) == (2, len("ਪੰਜਾਬੀ ਦਾ ਪਾਠ".encode()) + 6)
    assert [len(side.cpu_s) for side in found.sides.values()] == [5, 5]


def test_the_hash_tells_documents_apart_by_where_they_are_cut():
    assert Documents(["ab", "c"]).digest != Documents(["a", "bc"]).digest


def test_a_missing_peer_is_a_row_that_says_so(tmp_path: Path):
    sides = {"corpusforge": partial(Noted, "ours", tmp_path / "log"), "peer": Absent}
    (found,) = measure([case(sides, ["peer"])], 5)
    assert found.sides["peer"].missing == "needs a package that nobody has"
    assert found.ratios == {}
    assert found.sides["corpusforge"].cpu_s


def test_the_time_of_what_a_child_leaves_behind_counts(tmp_path: Path):
    (found,) = measure([case({"corpusforge": partial(Orphaning, tmp_path)}, [], once=frozenset(["work"]))], 5)
    assert min(found.sides["corpusforge"].cpu_s) >= 0.4


def test_a_part_that_goes_through_the_documents_ten_times_is_divided_by_ten():
    (found,) = measure([case({"corpusforge": Twice}, [])], 5)
    assert all(0.009 < one < 0.03 for one in found.sides["corpusforge"].cpu_s)
