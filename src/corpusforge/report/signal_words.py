"""What signals measure, in words that a reader needs no manual for."""

_NGRAMS = {
    "top": "share of characters in the most frequent sequence of {n} words",
    "dup": "share of characters in sequences of {n} words that occurred before",
}

_WORDS = {
    "chars": "number of characters",
    "non_empty_lines": "number of lines that are not blank",
    "words": "number of words (punctuation marks left out)",
    "avg_word_length": "average number of characters in a word",
    "alpha_word_ratio": "share of words that contain a letter",
    "hash_ratio": "number of # signs per word",
    "ellipsis_ratio": "number of ellipses (...) per word",
    "bullet_line_ratio": "share of lines that start with a bullet",
    "end_ellipsis_ratio": "share of lines that end in an ellipsis (...)",
    "stop_words": "number of different stop words (very common words of the language)",
    "dup_para_frac": "share of paragraphs that repeat an earlier one",
    "dup_para_char_frac": "share of characters in paragraphs that repeat an earlier one",
    "dup_line_frac": "share of lines that repeat an earlier one",
    "dup_line_char_frac": "share of characters in lines that repeat an earlier one",
    "line_punct_ratio": "share of lines that end in a punctuation mark",
    "short_line_ratio": "share of lines of 30 characters or fewer",
    "char_dup_ratio": "share of characters, line breaks aside, in lines that repeat an earlier one",
    "list_ratio": "number of line breaks per word",
    "letter_word_ratio": "share of words with a letter among words and signs that stand alone",
    "sentence_word_ratio": "share of words that stand in sentences",
    "opening_capital_ratio_at_most": "share of sentences, at most, that begin with a capital letter",
    "repeated_seam_ratio_at_most": "number of meetings of two words, at most, that come again other than by chance, per word",
    "repeated_line_ratio": "share of lines that are not blank and repeat an earlier one",
    "bullet_line_ratio_at_least": "share of lines, at least, that start with a bullet",
    "end_ellipsis_ratio_at_least": "share of lines, at least, that end in an ellipsis (...)",
    "c4_sentences": "number of sentences in lines that C4 would keep",
    "c4_kept_lines": "number of lines that C4 would keep",
    "c4_long_word_lines": "number of lines with a word of more than 1,000 characters",
    "c4_unpunctuated_lines": "number of lines that end in none of . ? ! \" '",
    "c4_few_word_lines": "number of lines of fewer than three words",
    "c4_javascript_lines": "number of lines that speak of JavaScript",
    "c4_policy_lines": "number of lines about cookies, privacy or terms of use",
    "c4_lorem_ipsum": "number of lines that say lorem ipsum (C4 stops reading at the first)",
    "c4_curly_bracket": "number of lines with a curly bracket (C4 stops reading at the first)",
    "c4_long_lines": "number of lines of 200 characters or more",
    "language_score": "confidence of the language model, from 0 to 1",
    "precision_words": "share of different words that only this language uses",
    "url_language": "whether the URL names the language",
    "boilerplate_lines": "number of lines taken out because other documents of the host, or language, repeat them",
    "boilerplate_ratio": "share of the text's bytes in these lines",
    "duplicate_text": "whether another document that stands for both has the same text",
    "duplicate_url": "whether another document that stands for both has the same URL",
    "exact_copies": "number of documents, equal by text or URL, that this one stands for, itself too; 0 for a copy",
    "duplicate": "whether the document is a near-copy of another one that stands for both",
    **{f"top_{n}_gram_frac": _NGRAMS["top"].format(n=n) for n in (2, 3, 4)},
    **{f"dup_{n}_gram_frac": _NGRAMS["dup"].format(n=n) for n in range(5, 11)},
}


def signal_words(name: str) -> str:
    """What a signal measures; the bare name for a signal that somebody else's stage computes."""
    return _WORDS.get(name, name)
