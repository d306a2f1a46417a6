from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.text.test_joined import Strings

from corpusforge.text.tally import FULL, count_cells, keep_longer, new_tally, take_all, take_candidates

WORDS = st.lists(st.sampled_from(["a", "b", "ab", "ba", "c" * 20]), min_size=5, max_size=60)


def ngrams(words, n):
    return ["".join(words[i : i + n]) for i in range(len(words) - n + 1)]


@settings(max_examples=100, deadline=None)
@given(WORDS, st.integers(1, 5))
def test_a_height_is_no_lower_than_what_it_bounds(words, n):
    strings, found = Strings(words, n), ngrams(words, n)
    tally, counts = new_tally(len(words)), Counter(found)
    take_all(tally, len(found))
    highest = count_cells(tally, len(found), strings.view)
    assert highest == tally.heights[: len(found)].max()
    assert all(tally.heights[i] >= counts[string] for i, string in enumerate(found))


def test_a_cell_counts_no_further_than_full():
    strings, tally = Strings(["a"] * 1000, 2), new_tally(1000)
    take_all(tally, 999)
    assert count_cells(tally, 999, strings.view) == FULL


@settings(max_examples=100, deadline=None)
@given(WORDS)
def test_no_longer_ngram_that_is_met_again_is_left_out(words):
    strings, pairs, triples = (
        Strings(words, 2),
        len(words) - 1,
        [tuple(words[i : i + 3]) for i in range(len(words) - 2)],
    )
    tally, counts = new_tally(len(words)), Counter(triples)
    take_all(tally, pairs)
    count_cells(tally, pairs, strings.view)
    kept = set(tally.words[: keep_longer(tally, pairs, True, len(words) - 3)].tolist())
    assert kept >= {i for i, triple in enumerate(triples) if counts[triple] > 1}


@settings(max_examples=100, deadline=None)
@given(WORDS, st.integers(5, 7))
def test_no_repeated_ngram_is_missing_from_the_candidates_however_it_is_cut(words, n):
    strings, tally = Strings(words, 5), new_tally(len(words))
    taken = tally.words[: take_candidates(tally, strings.view, len(words))].tolist()
    found = ngrams(words, n)
    counts = Counter(found)
    assert taken == sorted(taken)
    assert set(taken) >= {i for i, string in enumerate(found) if counts[string] > 1}
