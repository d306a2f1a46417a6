"""The noise set is fixed by its seeds, and each kind is what it says."""

import pytest
from benchmarks.boilerplate import Page
from benchmarks.clean_text import Verdicts, judged
from benchmarks.noise import KINDS, Maker

TEXTS = [
    "A title of a text\n" + " ".join(f"The {noun} of the town is {age} years old and well." for age in range(20, 40))
    for noun in ("house", "garden", "bridge")
]
PAGES = [
    Page("https://a.example/", tuple(["Home", "About us", "Contact", "We use cookies to improve this site."] * 10))
]


def maker(code: str = "eng_Latn") -> Maker:
    return Maker(code, TEXTS, PAGES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seeds_give_the_same_documents(kind: str) -> None:
    assert list(maker().documents(kind, 5)) == list(maker().documents(kind, 5))
    assert list(maker().documents("word salad", 5)) != list(maker("deu_Latn").documents("word salad", 5))


def test_shuffled_text_has_the_words_and_the_lines_of_a_document() -> None:
    for text in maker().documents("shuffled", 5):
        assert sorted(text.split()) in [sorted(original.split()) for original in TEXTS]
        assert [len(line.split()) for line in text.split("\n")] == [5, 200 + 20]
        assert text not in TEXTS


def test_items_of_lists_end_in_no_mark_and_boilerplate_is_of_the_pages() -> None:
    items = [line for text in maker().documents("list page", 5) for line in text.split("\n")]
    assert len(items) >= 100 and not any(item.endswith((".", "?", "!")) for item in items)
    assert list(maker().documents("boilerplate", 1)) == ["\n".join(PAGES[0].blocks)]


def test_our_rules_keep_the_text_and_drop_the_noise_made_of_it() -> None:
    kept = judged("eng_Latn", ["\n".join((text, "Another paragraph says that all is well with it.")) for text in PROSE])
    assert kept[1].removed == 0
    for kind in ("list page", "list in a line", "numbers", "symbols", "shuffled"):
        published, ours = judged("eng_Latn", list(Maker("eng_Latn", PROSE, PAGES).documents(kind, 20)))
        assert (published.documents, ours.documents) == (20, 20) and ours.removed >= 16, kind


PROSE = [
    "The old mill stands where the river leaves the hills. Nobody has ground corn there since the war, but its wheel still "
    "turns. Children come on Sundays to see it, and their fathers tell them how flour was made. Last year the roof fell in. "
    "The town has asked for money to mend it. Some say that a museum would bring more visitors than the castle. Others want "
    "to leave it as it is. Ivy has grown over the door. Whoever wants to go in must ask Mrs Hill for the key. She lives next "
    "to the church and is at home most days."
]


def test_verdicts_add_up() -> None:
    one = Verdicts(10, 2) + Verdicts(30, 4)
    assert (one.documents, one.removed, one.share) == (40, 6, 0.15)
