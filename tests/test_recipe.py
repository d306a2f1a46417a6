"""Recipes: loading, file:line errors, `--set`."""

from pathlib import Path

import pytest

from corpusforge.errors import UserError
from corpusforge.recipe import load_recipe

GOOD = """\
recipe: mine
languages: [pan_Guru]
datasets:
  web:
    from: [sample://]
    stages:
      - identify: {model: lid176}
      - signals: {sets: [gopher_quality]}
      - admit: {rules: [language]}
      - decide: {rules: [gopher_quality]}
      - write: {shard: 1 MiB}
"""


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    return str(path)


def test_the_published_pipeline_loads_with_its_defaults() -> None:
    recipe = load_recipe("fineweb2-style")
    assert list(recipe.dataset.stages)[:3] == ["read", "url_filter", "extract"]
    assert recipe.dataset.options("write").shard == 512 * 2**20
    assert recipe.dataset.options("signature").bands == 14


def test_a_recipe_is_printable_and_loads_again_from_what_it_prints(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, GOOD))
    assert recipe.dump()["datasets"]["web"]["stages"][-1] == {"write": {"format": "parquet", "shard": 2**20}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("admit: {rules", "admitt: {rules"), r"mine\.yaml:9: unknown stage 'admitt' \(did you mean 'admit'\?\)"),
        (("model: lid176", "modle: lid176"), r"mine\.yaml:7: unknown field 'modle' \(did you mean 'model'\?\)"),
        (("model: lid176", "model: lid200"), r"mine\.yaml:7: model: Input should be 'lid176' or 'glotlid'"),
        (("1 MiB", "1 Furlong"), r"mine\.yaml:11: shard: must be a size such as '512 MiB'"),
        (("languages:", "langs:"), r"mine\.yaml:2: unknown field 'langs'"),
        (("      - identify: {model: lid176}\n", ""), r"mine\.yaml:\d+: stage 'identify' is missing"),
        (
            ("      - admit: {rules: [language]}\n", "      - deduplicate: {}\n      - admit: {rules: [language]}\n"),
            r"mine\.yaml:9: stage 'deduplicate' needs column 'signature', .* put 'signature' before it",
        ),
    ],
)
def test_a_fault_names_file_line_and_the_nearest_name(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(UserError, match=message):
        load_recipe(written(tmp_path, GOOD.replace(*change)))


def test_an_unknown_recipe_names_those_there_are() -> None:
    with pytest.raises(UserError, match=r"no recipe 'fineweb-style' \(did you mean 'fineweb2-style'\?\)"):
        load_recipe("fineweb-style")


def test_set_reaches_an_option_with_or_without_the_dataset() -> None:
    for path in ("web.extract.watchdog_s", "extract.watchdog_s"):
        assert load_recipe("fineweb2-style", {path: 5}).dataset.options("extract").watchdog_s == 5


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("extract.watchdogs", r"has no option 'watchdogs' \(did you mean 'watchdog_s'\?\)"),
        ("extrakt.engine", r"unknown stage 'extrakt' \(did you mean 'extract'\?\)"),
        ("extract", r"write STAGE\.OPTION=VALUE"),
    ],
)
def test_set_of_something_unknown_says_what_there_is(path: str, message: str) -> None:
    with pytest.raises(UserError, match=message):
        load_recipe("fineweb2-style", {path: 1})
