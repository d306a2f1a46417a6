import pyarrow as pa

from corpusforge.text.buffers import utf8
from corpusforge.text.counts import text_counts
from corpusforge.text.lines import line_counts


def counts(text):
    view = utf8(pa.array(["another", text, "text"], pa.large_string()).slice(1, 1))
    counted = line_counts(view, text_counts(view).newlines)
    return {name: int(values[0]) for name, values in counted._asdict().items()}


def test_the_empty_text_is_one_empty_piece_and_no_displayed_line():
    assert {name: value for name, value in counts("").items() if value} == {"runs": 1, "paragraphs": 1}


def test_newlines_at_both_ends_give_two_empty_pieces_of_which_one_is_repeated():
    found = counts("\na\n\n\nb\n")
    assert (found["runs"], found["repeated_runs"], found["repeated_run_chars"]) == (4, 1, 0)


def test_a_paragraph_ends_at_two_newlines_and_the_text_is_stripped_before():
    found = counts("\n\n\u3000ਹਾਂ\n\n\nਹਾਂ\nno\n\nਹਾਂ \n\n")
    assert (found["paragraphs"], found["repeated_paragraphs"], found["repeated_paragraph_chars"]) == (3, 1, 3)


def test_white_space_inside_the_text_keeps_paragraphs_apart():
    found = counts("a\n \n\na\n\na")
    assert (found["paragraphs"], found["repeated_paragraphs"]) == (3, 1)


def test_repeated_lines_are_counted_in_characters_after_the_first():
    found = counts("日本\n日本\n日本\nx")
    assert (found["repeated_runs"], found["repeated_run_chars"], found["repeated_chars"]) == (2, 4, 4)


def test_blank_lines_do_not_repeat_among_non_empty_lines():
    found = counts(" \n \n\t\n\u2003")
    assert (found["non_empty"], found["repeated_chars"], found["repeated_runs"]) == (0, 0, 1)


def test_only_the_very_last_character_of_a_line_punctuates_it():
    assert counts("ਇਹ ਹੈ।\nEnd. \nEnd.\r\n终。\nno")["punctuated"] == 2


def test_a_line_of_thirty_characters_is_short_and_of_thirty_one_is_not():
    assert counts("ü" * 30 + "\n" + "ü" * 31)["short"] == 1


def test_displayed_lines_split_where_splitlines_does():
    for text in ("a\r\nb\rc\x0bd\x0ce\x1cf\x85g\u2028h\u2029i\n", "\r\n\n", "\n\r", "\r", "x\u2029"):
        assert counts(text)["displayed"] == len(text.splitlines())


def test_bullets_and_ellipses_look_past_white_space():
    found = counts("\u3000• one…\u00a0\n - two...\r\n* three. . .\n–four..\u0085...")
    assert (found["displayed"], found["bullets"], found["end_ellipses"]) == (5, 2, 3)


def test_an_ellipsis_does_not_reach_back_into_the_line_before():
    assert counts("..\n.")["end_ellipses"] == 0
