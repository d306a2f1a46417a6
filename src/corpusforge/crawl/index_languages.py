"""Language codes of the URL index, and which of them stand for our language-scripts.

The index has ISO 639-3 codes made from what CLD2 says of a page. A code stands for a language if it is the language's
own or that of its macrolanguage (`cmn` is `zho` there, `nob` is `nor`). Scripts are not told apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from corpusforge.errors import UserError, nearest
from corpusforge.languages import load_language

# Every primary language in the crawl statistics from CC-MAIN-2018-39 to CC-MAIN-2024-42
# (github.com/commoncrawl/cc-crawl-statistics, plots/languages.csv). `blu` became `hmn`, both Hmong.
_CODES = """
    aar abk afr aka amh ara asm aym aze bak bel ben bih bis blu bod bos bre bul cat ceb ces chr cos crs cym dan deu div
    dzo ell eng epo est eus fao fas fij fin fra fry gla gle glg glv got grn guj hat hau haw heb hin hmn hrv hun hye ibo iku
    ile ina ind ipk isl ita jav jpn kal kan kas kat kaz kha khm kin kir kor kur lao lat lav lif lin lit ltz lug mal mar mfe
    mkd mlg mlt mon mri msa mya nau nep nld nno nor nso nya oci ori orm pan pol por pus que roh ron run rus sag san sco sin
    slk slv smo sna snd som sot spa sqi srp ssw sun sux swa swe syr tam tat tel tgk tgl tha tir ton tsn tso tuk tur uig ukr
    urd uzb ven vie vol war wol xho yid yor zha zho zul
"""
INDEX_CODES = frozenset(_CODES.split())


@dataclass(frozen=True)
class Naming:
    """How the index names a language-script: its codes (none: it cannot), and what else they stand for."""

    language: str
    codes: tuple[str, ...]
    remark: str


def naming(code: str) -> Naming:
    """How the index names the language-script `code`."""
    language = load_language(code)
    candidates = [language.iso639_3, language.macrolanguage]
    if language.macrolanguage == "hmn":
        candidates.append("blu")
    found = tuple(dict.fromkeys(one for one in candidates if one in INDEX_CODES))
    if not found:
        return Naming(code, (), "the index has no code for it")
    if language.iso639_3 not in found:
        return Naming(code, found, f"named by its macrolanguage {', '.join(found)}, with all other languages of it")
    return Naming(code, found, "")


def namings(languages: Iterable[str], rest: float, own: tuple[str, ...]) -> list[Naming]:
    """How the index names each language; `own` codes replace ours for all of them.

    Raises UserError for codes that the index does not have, and where a language cannot be named and no rest is taken.
    """
    for code in own:
        if code not in INDEX_CODES:
            raise UserError(
                f"--crawl-codes {code}: the index has no such code{nearest(code, INDEX_CODES)}; it has ISO 639-3 codes "
                "of the languages that CLD2 knows"
            )
    if own:
        return [Naming(code, own, "as --crawl-codes says") for code in languages]
    found = [naming(code) for code in languages]
    unnamed = [one.language for one in found if not one.codes]
    if unnamed and not rest:
        raise UserError(
            f"--crawl: the index cannot name {', '.join(unnamed)}: CLD2, which fills it, does not know "
            f"{'it' if len(unnamed) == 1 else 'them'}; take a random share of all pages (--crawl-rest 0.001, or 1 for "
            "all), or the codes under which CLD2 hides such pages (--crawl-codes urd)"
        )
    return found
