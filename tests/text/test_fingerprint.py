import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpusforge.text.fingerprint import (
    BYTE_CODES,
    INVERSE,
    MULTIPLIER,
    add,
    fingerprint,
    fingerprint_and_powers,
    new_table,
    table_mask,
)

MODULUS = 2**64


def of(data: bytes) -> int:
    return int(fingerprint(np.frombuffer(data, np.uint8), 0, len(data)))


@given(st.binary(max_size=40))
def test_it_is_the_polynomial_of_the_byte_codes(data):
    powers = [pow(int(MULTIPLIER), i, MODULUS) for i in range(len(data))]
    assert of(data) == sum(int(BYTE_CODES[byte]) * power for byte, power in zip(data, powers, strict=True)) % MODULUS


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_hashes_of_parts_give_the_hash_of_the_whole(left, right):
    value, power, inverse = fingerprint_and_powers(np.frombuffer(left, np.uint8), 0, len(left))
    assert (int(value) + int(power) * of(right)) % MODULUS == of(left + right)
    assert int(power) * int(inverse) % MODULUS == 1
    assert int(value) == of(left)


def test_the_first_byte_codes_are_splitmix64s_published_outputs():
    # Steele, Lea, Flood: seed 0 gives e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, ...
    assert [hex(code) for code in BYTE_CODES[:3].tolist()] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
        "0x6c45d188009454f",
    ]
    assert int(MULTIPLIER) * int(INVERSE) % MODULUS == 1


def test_all_strings_of_up_to_three_letters_differ():
    letters = [bytes([letter]) for letter in range(0, 256, 5)]
    strings = {b""} | set(letters) | {a + b for a in letters for b in letters}
    strings |= {a + b + c for a in letters[:20] for b in letters for c in letters}
    assert len({of(string) for string in strings}) == len(strings)


def test_a_table_knows_what_was_added_under_its_stamp_only():
    keys = np.arange(100, dtype=np.uint64) << np.uint64(40)
    table, mask = new_table(100), table_mask(100)
    assert [add(table, 1, mask, key) for key in keys] == [True] * 100
    assert [add(table, 1, mask, key) for key in keys] == [False] * 100
    assert [add(table, 2, mask, key) for key in keys[:5]] == [True] * 5


def test_a_table_is_at_most_half_full():
    assert [table_mask(entries) + 1 for entries in (0, 8, 9, 1000)] == [16, 16, 32, 2048]
