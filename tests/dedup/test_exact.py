"""Equal documents are found whatever their order; who stays is a matter of the documents."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.dedup.exact import groups
from corpusforge.dedup.identity import identities, normal_text


def test_the_normal_form_of_a_text() -> None:
    assert normal_text("  Caf\u0065\u0301 \n\n au\u00a0\u3000lait\t") == "Café au lait"
    assert normal_text("Lait") != normal_text("lait")


def test_identity_of_texts_and_urls() -> None:
    texts = ["ਸਤਿ  ਸ੍ਰੀ\nਅਕਾਲ", "ਸਤਿ ਸ੍ਰੀ ਅਕਾਲ ", "ok", "", " \n", None]
    urls = ["http://a.example/", "https://a.example", None, "", "x", "x"]
    table = identities(texts, urls)
    text, url = table["text_hash"].to_pylist(), table["url_hash"].to_pylist()
    assert text[0] == text[1] != text[2] and text[3:] == [None] * 3
    assert url[0] == url[1] and url[2:4] == [None] * 2 and url[4] == url[5]
    assert table.schema.field("text_hash").type == pa.binary(16)


def by_hand(hashes: list[int], order: list[int]) -> dict[int, tuple[int, int]]:
    """Place -> (size of its group, place of the one that stays): by a dictionary."""
    members: dict[int, list[int]] = {}
    for place, value in enumerate(hashes):
        members.setdefault(value, []).append(place)
    found = {}
    for group in members.values():
        for place in group:
            if len(group) > 1:
                found[place] = (len(group), min(group, key=lambda one: order[one]))
    return found


@given(st.lists(st.integers(0, 12), max_size=60), st.randoms())
def test_groups_are_those_of_a_dictionary(hashes: list[int], dice: object) -> None:
    order = list(range(len(hashes)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    # Half of the hashes differ in the first word alone, half in the second alone.
    wide = np.array([(value // 2, value % 2) for value in hashes], np.uint64).reshape(-1, 2)
    found = groups(wide, np.array(order, np.int64))
    assert dict(
        zip(found.rows.tolist(), zip(found.size.tolist(), found.survivor.tolist(), strict=True), strict=True)
    ) == by_hand(hashes, order)


def test_the_first_of_the_orders_counts_most() -> None:
    same = np.zeros((3, 2), np.uint64)
    found = groups(same, np.array([1, 0, 0]), np.array([0, 9, 4]))
    assert found.survivor.tolist() == [2, 2, 2] and found.rows.tolist() == [2, 1, 0]


def test_a_document_repeated_a_million_times() -> None:
    hashes = np.zeros((1_000_001, 2), np.uint64)
    hashes[17] = 5
    found = groups(hashes, np.arange(1_000_001)[::-1])
    assert len(found.rows) == 1_000_000 and set(found.survivor.tolist()) == {1_000_000}
    assert found.size.min() == found.size.max() == 1_000_000
