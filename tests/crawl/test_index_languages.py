"""Which codes of the index stand for a language-script."""

import pytest

from corpusforge.crawl.index_languages import INDEX_CODES, naming, namings
from corpusforge.errors import UserError


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("pan_Guru", ("pan",)),
        ("cmn_Hani", ("zho",)),  # CLD2 says zh and zh-Hant, both `zho` in the index
        ("nob_Latn", ("nor",)),
        ("nno_Latn", ("nno", "nor")),
        ("arb_Arab", ("ara",)),
        ("swh_Latn", ("swa",)),
        ("bos_Latn", ("bos",)),
        ("pnb_Arab", ()),
    ],
)
def test_by_its_own_code_or_that_of_its_macrolanguage(code: str, names: tuple[str, ...]) -> None:
    assert naming(code).codes == names


def test_a_macrolanguage_is_said() -> None:
    assert "macrolanguage zho" in naming("cmn_Hani").remark
    assert naming("pan_Guru").remark == ""


def test_every_code_has_three_letters() -> None:
    assert len(INDEX_CODES) > 150 and all(len(code) == 3 for code in INDEX_CODES)


def test_a_language_that_the_index_cannot_name_needs_a_rest_or_other_codes() -> None:
    with pytest.raises(UserError) as error:
        namings(["pnb_Arab"], 0.0, ())
    assert "cannot name pnb_Arab" in str(error.value) and "--crawl-rest" in str(error.value)
    assert namings(["pnb_Arab"], 0.001, ())[0].codes == ()
    assert namings(["pnb_Arab"], 0.0, ("urd",))[0].codes == ("urd",)
    with pytest.raises(UserError, match="'urd'"):
        namings(["pnb_Arab"], 0.0, ("ur",))
