"""Mixture files: what ships, what the guide shows, names of languages."""

from pathlib import Path

import pytest

from corpusforge.mix.mixture_file import load_mixture, names


@pytest.mark.parametrize("name", names())
def test_what_ships_is_valid_and_called_as_its_file(name: str) -> None:
    assert load_mixture(name).mixture.mixture == name


def test_the_example_of_the_guide_is_valid(repository: Path, tmp_path: Path) -> None:
    guide = (repository / "docs" / "guides" / "mix.md").read_text(encoding="utf-8")
    path = tmp_path / "ours.yaml"
    path.write_text(guide.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    found = load_mixture(str(path)).mixture
    assert found.amount == 2_000_000_000 and found.shares is not None
    assert found.languages == ("eng_Latn", "pan_Guru", "hin_Deva", "urd_Arab", "pnb_Arab")
    assert found.shares.fixed == {"eng_Latn": 0.5}


def test_languages_may_be_named_in_any_way(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        "mixture: m\nlanguages: [Punjabi, pa, hin_Deva]\nshares: {method: fixed, fixed: {ਪੰਜਾਬੀ: 0.5, hi: 0.5}}\n"
    )
    found = load_mixture(str(path)).mixture
    assert found.languages == ("pan_Guru", "hin_Deva")
    assert found.shares is not None and found.shares.fixed == {"pan_Guru": 0.5, "hin_Deva": 0.5}
