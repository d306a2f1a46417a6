"""The statistics that the published filters decide on, for every document: no decision is taken here.

Sources: Gopher (arXiv 2112.11446, table A1 and section A1.1), FineWeb (arXiv 2406.17557), FineWeb2 (arXiv
2506.20920), each with the formula of datatrove 0.10.1. Where that divides by zero or has no value, the value
is null.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from corpusforge.text.buffers import Texts, utf8
from corpusforge.text.counts import text_counts, word_counts
from corpusforge.text.evidence import evidence
from corpusforge.text.lines import line_counts
from corpusforge.text.ngrams import REPEATED, TOP, ngram_chars
from corpusforge.text.seams import seam_counts
from corpusforge.text.words import Words


def statistics(texts: Texts, words: Words, stop_words: Sequence[str], plain: Words | None = None) -> pa.Table:
    """One row per text; columns int64 (counts) or float64 (the rest); characters are code points.

    chars, utf8_bytes
    lines               pieces between "\\n"; non_empty_lines: those that are not white space only
    all_words           all; words: those that are not symbols (punctuation only)
    avg_word_length     mean characters of `words`
    alpha_word_ratio    words with an alphabetic character / all_words
    hash_ratio          "#" / all_words; ellipsis_ratio: "..." and "…" / all_words
    bullet_line_ratio   lines (splitlines) that start with a bullet / lines
    end_ellipsis_ratio  lines (splitlines) that end in an ellipsis / lines
    stop_words          distinct ones present, among all words, case-sensitive
    dup_para_frac       repeated paragraphs / paragraphs; dup_para_char_frac: their characters / chars
    dup_line_frac       repeated lines / lines; dup_line_char_frac: their characters / chars
    top_N_gram_frac     characters of the most frequent n-gram, with spaces, x its count / chars;
                        null below N words
    dup_N_gram_frac     characters of repeated n-grams, without spaces, / chars
    line_punct_ratio    non-empty lines that end in terminal punctuation / non-empty lines
    short_line_ratio    non-empty lines of at most 30 characters / non-empty lines
    char_dup_ratio      characters of repeated non-empty lines / characters that are not newlines
    list_ratio          newlines / all_words

    With `plain`, words of which punctuation is no part, the columns of `corpusforge.text.evidence` too.
    A null text counts as an empty one. Raises ValueError when `words` has another number of rows.
    """
    text = utf8(texts)
    if len(words) != len(text.offsets) - 1:
        raise ValueError(f"{len(text.offsets) - 1} texts, but words of {len(words)}")
    counted = text_counts(text)
    line = line_counts(text, counted.newlines)
    word = word_counts(words, stop_words)
    top, repeated = ngram_chars(words)
    all_words = np.diff(words.row_offsets)
    columns = {
        "chars": pa.array(counted.chars),
        "utf8_bytes": pa.array(np.diff(text.offsets)),
        "lines": pa.array(counted.newlines + 1),
        "non_empty_lines": pa.array(line.non_empty),
        "all_words": pa.array(all_words),
        "words": pa.array(word.words),
        "avg_word_length": _ratio(word.word_chars, word.words),
        "alpha_word_ratio": _ratio(word.alpha, all_words),
        "hash_ratio": _ratio(counted.hashes, all_words),
        "ellipsis_ratio": _ratio(counted.ellipses, all_words),
        "bullet_line_ratio": _ratio(line.bullets, line.displayed),
        "end_ellipsis_ratio": _ratio(line.end_ellipses, line.displayed),
        "stop_words": pa.array(word.stop_words),
        "dup_para_frac": _ratio(line.repeated_paragraphs, line.paragraphs),
        "dup_para_char_frac": _ratio(line.repeated_paragraph_chars, counted.chars),
        "dup_line_frac": _ratio(line.repeated_runs, line.runs),
        "dup_line_char_frac": _ratio(line.repeated_run_chars, counted.chars),
    }
    columns |= {f"top_{n}_gram_frac": _ratio(top[k], counted.chars) for k, n in enumerate(TOP)}
    columns |= {f"dup_{n}_gram_frac": _ratio(repeated[k], counted.chars) for k, n in enumerate(REPEATED)}
    columns |= {
        "line_punct_ratio": _ratio(line.punctuated, line.non_empty),
        "short_line_ratio": _ratio(line.short, line.non_empty),
        "char_dup_ratio": _ratio(line.repeated_chars, np.where(line.non_empty, counted.chars - counted.newlines, 0)),
        "list_ratio": _ratio(counted.newlines, all_words),
    }
    if plain is not None:
        counted_plain = word if plain is words else word_counts(plain, ())
        columns |= evidence(texts, line, counted_plain, seam_counts(plain, line.punctuated == 0))
    return pa.table(columns)


def _ratio(part: np.ndarray, whole: np.ndarray) -> pa.Array:
    """part / whole as float64; null where the whole is 0 or the part is not defined (negative)."""
    missing = (whole == 0) | (part < 0)
    return pa.array(part / np.where(missing, 1, whole), pa.float64(), mask=missing)
