import json
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpusforge.text.characters import PUNCTUATION, TERMINAL_PUNCTUATION
from corpusforge.text.statistics import statistics
from corpusforge.text.words import Words

ENGLISH_STOP_WORDS = ["the", "be", "to", "of", "and", "that", "have", "with"]  # Gopher, section A1.1
OF_TEXT = {
    "chars": "n_chars",
    "utf8_bytes": "n_bytes",
    "non_empty_lines": "stat_n_nonempty_lines",
    "dup_para_frac": "stat_dup_para_frac",
    "dup_para_char_frac": "stat_dup_para_char_frac",
    "dup_line_frac": "stat_dup_line_frac",
    "dup_line_char_frac": "stat_dup_line_char_frac",
    "line_punct_ratio": "stat_line_punct_ratio",
    "short_line_ratio": "stat_short_line_ratio",
    "char_dup_ratio": "stat_char_dup_ratio",
    "bullet_line_ratio": "stat_bullet_line_ratio",
    "end_ellipsis_ratio": "stat_ellipsis_line_ratio",
}
OF_WORDS = {
    "all_words": "stat_n_words",
    "words": "stat_n_non_symbol_words",
    "avg_word_length": "stat_avg_word_length",
    "hash_ratio": "stat_hash_word_ratio",
    "ellipsis_ratio": "stat_ellipsis_word_ratio",
    "alpha_word_ratio": "stat_alpha_word_ratio",
    "stop_words": "stat_n_stop_words",
    "list_ratio": "stat_list_ratio",
    **{f"top_{n}_gram_frac": f"stat_top_{n}_gram_char_frac" for n in (2, 3, 4)},
    **{f"dup_{n}_gram_frac": f"stat_dup_{n}_gram_char_frac" for n in (5, 6, 7, 8, 9, 10)},
}


def assert_equal(found, expected, names, tolerance):
    for ours, theirs in names.items():
        wrong = [
            (row, value, other)
            for row, (value, other) in enumerate(
                zip(found[ours].to_pylist(), expected[theirs].to_pylist(), strict=True)
            )
            if (value is None) != (other is None) or (value is not None and abs(value - other) > tolerance)
        ]
        assert not wrong, f"{ours}: {len(wrong)} differ, first (row, ours, theirs): {wrong[:3]}"


def test_statistics_without_words_equal_the_published_ones_on_every_golden_document(documents):
    found = statistics(documents["text"], Words.from_lists([[]] * len(documents)), [])
    assert_equal(found, documents, OF_TEXT, 1e-12)


def test_statistics_of_given_words_equal_the_published_ones(documents, golden):
    given_words = pq.read_table(golden("words_golden.parquet"))
    parameters = json.loads(golden("params.json").read_text())["params"]
    for language in pc.unique(given_words["lang"]).to_pylist():
        words = given_words.filter(pc.equal(given_words["lang"], language))
        rows = documents.take(pc.index_in(words["id"], documents["id"].combine_chunks()))
        stop_words = parameters[language]["gopher_quality"].get("stop_words", ENGLISH_STOP_WORDS)
        found = statistics(rows["text"], Words.from_lists(words["words"].to_pylist()), stop_words)
        assert_equal(found, rows, OF_TEXT | OF_WORDS, 1e-12)


def repeated_pieces(pieces):
    seen, count, chars = set(), 0, 0
    for piece in pieces:
        if piece in seen:
            count, chars = count + 1, chars + len(piece)
        seen.add(piece)
    return count, chars


def repeated_ngrams(words, n):
    seen, chars, i = set(), 0, 0
    while i + n <= len(words):
        joined = "".join(words[i : i + n])
        if joined in seen:
            chars, i = chars + len(joined), i + n
        else:
            seen.add(joined)
            i += 1
    return chars


def top_ngram(words, n):
    grams = [" ".join(words[i : i + n]) for i in range(len(words) - n + 1)]
    if not grams:
        return None
    counts = Counter(grams)
    best = next(gram for gram in grams if counts[gram] == max(counts.values()))
    return len(best) * counts[best]


def ratio(part, whole):
    return None if part is None or whole == 0 else part / whole


def brute_force(text, words, stop_words):
    """The published formulas, one document at a time, straight from their description."""
    lines = text.split("\n")
    full = [line for line in lines if line.strip()]
    paragraphs, runs, shown = re.split("\n{2,}", text.strip()), re.split("\n+", text), text.splitlines()
    marks = PUNCTUATION | TERMINAL_PUNCTUATION
    plain = [word for word in words if set(word) - marks]
    row = {
        "chars": len(text),
        "utf8_bytes": len(text.encode()),
        "lines": len(lines),
        "non_empty_lines": len(full),
        "all_words": len(words),
        "words": len(plain),
        "avg_word_length": ratio(sum(map(len, plain)), len(plain)),
        "alpha_word_ratio": ratio(sum(any(map(str.isalpha, word)) for word in words), len(words)),
        "hash_ratio": ratio(text.count("#"), len(words)),
        "ellipsis_ratio": ratio(text.count("...") + text.count("…"), len(words)),
        "bullet_line_ratio": ratio(sum(line.lstrip().startswith(("•", "-")) for line in shown), len(shown)),
        "end_ellipsis_ratio": ratio(sum(line.rstrip().endswith(("...", "…")) for line in shown), len(shown)),
        "stop_words": len(set(stop_words) & set(words)),
        "dup_para_frac": ratio(repeated_pieces(paragraphs)[0], len(paragraphs)),
        "dup_para_char_frac": ratio(repeated_pieces(paragraphs)[1], len(text)),
        "dup_line_frac": ratio(repeated_pieces(runs)[0], len(runs)),
        "dup_line_char_frac": ratio(repeated_pieces(runs)[1], len(text)),
    }
    row |= {f"top_{n}_gram_frac": ratio(top_ngram(words, n), len(text)) for n in (2, 3, 4)}
    row |= {f"dup_{n}_gram_frac": ratio(repeated_ngrams(words, n), len(text)) for n in range(5, 11)}
    return row | {
        "line_punct_ratio": ratio(sum(line[-1] in TERMINAL_PUNCTUATION for line in full), len(full)),
        "short_line_ratio": ratio(sum(len(line) <= 30 for line in full), len(full)),
        "char_dup_ratio": ratio(repeated_pieces(full)[1], len("".join(lines))) if full else None,
        "list_ratio": ratio(text.count("\n"), len(words)),
    }


ANY = st.characters(exclude_categories=["Cs"])
DENSE = st.sampled_from(
    [*"ab-•#.…।。!？字\n\r\t \x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\u00a0\u3000\u0301\u200d😀𝄞𑅁", "...", "\n\n", "ab"]
)
TEXT = st.lists(st.one_of(DENSE, DENSE, DENSE, ANY), max_size=60).map("".join)
WORDS = st.one_of(
    TEXT.map(str.split),
    st.lists(st.sampled_from(["a", "b", "ab", "a b", "ba", "—", "ਕਿ", ""]), max_size=60),
    st.lists(st.text(ANY, max_size=4), max_size=12),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(TEXT, WORDS), max_size=4), st.lists(st.sampled_from(["a", "ab", "ਕਿ", "—", ""]), max_size=3))
@example([("", []), ("\n", []), ("\n\n", ["\n"]), ("a\r\n\r\na", ["a", "a"])], ["a"])
def test_every_statistic_equals_brute_force(rows, stop_words):
    texts = pa.array([text for text, _ in rows], pa.large_string())
    found = statistics(texts, Words.from_lists(words for _, words in rows), stop_words)
    expected = [brute_force(text, words, stop_words) for text, words in rows]
    assert found.to_pylist() == expected
    assert not expected or found.column_names == list(expected[0])


def test_columns_are_counts_or_ratios():
    table = statistics(pa.array(["a b"], pa.large_string()), Words.from_lists([["a", "b"]]), [])
    counts = {"chars", "utf8_bytes", "lines", "non_empty_lines", "all_words", "words", "stop_words"}
    for field in table.schema:
        assert field.type == (pa.int64() if field.name in counts else pa.float64()), field


def test_a_row_depends_on_itself_only(documents):
    rows = documents.slice(0, 60)
    words = [text.split() for text in rows["text"].to_pylist()]
    together = statistics(rows["text"], Words.from_lists(words), ENGLISH_STOP_WORDS)
    order = np.random.default_rng(7).permutation(len(rows))
    shuffled = statistics(
        rows["text"].take(pa.array(order)), Words.from_lists(words[i] for i in order), ENGLISH_STOP_WORDS
    )
    assert shuffled.equals(together.take(pa.array(order)))
    alone = [statistics(rows["text"].slice(i, 1), Words.from_lists([words[i]]), ENGLISH_STOP_WORDS) for i in range(60)]
    assert pa.concat_tables(alone).equals(together)


def test_a_null_is_an_empty_text():
    table = statistics(pa.array([None, ""], pa.large_string()), Words.from_lists([[], []]), ["a"])
    assert table.slice(0, 1).equals(table.slice(1, 1))
    assert table["chars"].to_pylist() == [0, 0]
    assert table["dup_line_frac"].to_pylist() == [0.0, 0.0]


def test_words_of_another_number_of_texts_are_refused():
    with pytest.raises(ValueError, match="2 texts, but words of 1"):
        statistics(pa.array(["a", "b"], pa.large_string()), Words.from_lists([["a"]]), [])
