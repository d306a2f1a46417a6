"""What a random rest says of the documents that an index does not name."""

from corpusforge.report.crawls import _missed
from corpusforge.report.interval import wilson


def _rest(records: int, documents: int) -> dict[str, int]:
    return {"records": records, "not_fetched": 0, "documents": documents, "kept": 0}


def test_documents_of_the_rest_stand_for_as_many_more_as_the_share_is_small() -> None:
    found = _missed(_rest(1000, 4), 0.001, 6000)
    bounds = wilson(4, 1000)
    assert found is not None and bounds is not None
    assert found["documents"] == 4000
    assert found["share_named"] == 0.6
    # 1,000 records at 0.001 stand for a million pages: Wilson (1927) of 4 in 1,000 is 0.156 % to 1.024 %.
    assert found["interval"] == [round(bounds[0] * 1e6), round(bounds[1] * 1e6)]
    assert 1_500 < found["interval"][0] < 1_600 and 10_200 < found["interval"][1] < 10_300


def test_a_rest_without_documents_still_bounds_what_is_missed() -> None:
    found = _missed(_rest(1000, 0), 0.001, 10)
    assert found is not None
    assert found["documents"] == 0 and found["interval"][0] == 0 and 3_000 < found["interval"][1] < 4_000


def test_bounds_are_exact_where_the_language_is_rare() -> None:
    found = _missed(_rest(250_000, 4), 0.0001, 200_000)  # of 2.5 billion pages
    assert found is not None and found["documents"] == 40_000
    # Wilson (1927): 4 in 250,000 is 0.000622 % to 0.004114 %.
    assert abs(found["interval"][0] - 15_555) < 20 and abs(found["interval"][1] - 102_859) < 20


def test_all_pages_are_a_count() -> None:
    found = _missed(_rest(50, 5), 1.0, 5)
    assert found == {"documents": 5, "interval": [5, 5], "share_named": 0.5}


def test_without_a_rest_nothing_is_said() -> None:
    assert _missed(_rest(0, 0), 0.0, 10) is None
    assert _missed(_rest(0, 0), 0.01, 10) is None
