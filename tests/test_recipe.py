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
    assert list(recipe.dataset.stages)[:4] == ["read", "url_filter", "language_gate", "extract"]
    assert recipe.dataset.options("write").shard == 512 * 2**20
    assert recipe.dataset.options("signature").bands == 14


def test_a_recipe_is_printable_and_loads_again_from_what_it_prints(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, GOOD))
    assert recipe.dump()["datasets"]["web"]["stages"][-1] == {
        "write": {"format": "parquet", "shard": 2**20, "versions": 2}
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("admit: {rules", "admitt: {rules"), r"mine\.yaml:9: unknown stage 'admitt' \(did you mean 'admit'\?\)"),
        (("model: lid176", "modle: lid176"), r"mine\.yaml:7: unknown field 'modle' \(did you mean 'model'\?\)"),
        (("model: lid176", "model: lid177"), r"mine\.yaml:7: model: .*unknown model 'lid177' \(did you mean 'lid176'"),
        (("1 MiB", "1 Furlong"), r"mine\.yaml:11: shard: must be a size such as '512 MiB'"),
        (("languages:", "langs:"), r"mine\.yaml:2: unknown field 'langs'"),
        (("recipe: mine", "recipe: a/b"), r"mine\.yaml:1: recipe: it names directories: .*\(given: 'a/b'\)"),
        (("recipe: mine", "recipe: ''"), r"mine\.yaml:1: recipe: it names directories"),
        (("recipe: mine", "recipe: ..\n"), r"mine\.yaml:1: recipe: it names directories"),
        (("    from: [sample://]\n", ""), r"mine\.yaml:5: dataset 'web' reads nothing; give --input, or write .*from:"),
        (("[sample://]", "[]"), r"mine\.yaml:5: dataset 'web' reads nothing; give --input"),
        (("[sample://]", "sample://"), r"mine\.yaml:5: from: write a list of inputs, .*\(given: 'sample://'\)"),
        (("[sample://]", "['']"), r"mine\.yaml:5: from: write a list of inputs"),
        (
            ("decide: {rules: [gopher_quality]}", "decide: {rules: [duplicates]}"),
            r"mine\.yaml:10: filter set 'duplicates' reads 'duplicate', which stage 'deduplicate' gives; add it or leave",
        ),
        (
            (
                "      - admit: {rules: [language]}\n",
                "      - signature\n      - admit: {rules: [duplicates]}\n      - deduplicate\n",
            ),
            r"mine\.yaml:10: filter set 'duplicates' reads 'duplicate', .* gives; apply the set in 'decide'",
        ),
        (
            ("sets: [gopher_quality]", "sets: [gopher_qualiti]"),
            r"mine\.yaml:8: no filter set 'gopher_qualiti' \(did you",
        ),
        (
            ("admit: {rules: [language]}", "admit: {rules: [langage]}"),
            r"mine\.yaml:9: no filter set 'langage' \(did you",
        ),
        (("decide: {rules: [", "decide: {rules: [none.yaml, "), r"mine\.yaml:10: none\.yaml: no such file"),
        (
            ("decide: {rules: [", "decide: {rules: [language, "),
            r"mine\.yaml:10: filter set 'language' stands twice \(first: .*mine\.yaml:9\)",
        ),
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


def test_inputs_from_elsewhere_stand_in_for_from(tmp_path: Path) -> None:
    recipe = load_recipe(written(tmp_path, GOOD.replace("    from: [sample://]\n", "")), inputs=("a.warc",))
    assert recipe.dataset.from_ == ("a.warc",)


def test_two_filter_sets_of_one_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(
        "filter_set: gopher_quality\nsource: me\nrules:\n  - rule: long\n    if: words > 9\n"
    )
    text = GOOD.replace("decide: {rules: [", f"decide: {{rules: [{tmp_path}/other.yaml, ")
    with pytest.raises(UserError, match=r"mine\.yaml:10: filter set 'gopher_quality' stands twice"):
        load_recipe(written(tmp_path, text))


def test_a_fault_inside_a_filter_set_names_that_file_alone(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("filter_set: other\nsource: me\nrules:\n  - rule: long\n    if: wurds > 9\n")
    text = GOOD.replace("decide: {rules: [", f"decide: {{rules: [{tmp_path}/other.yaml, ")
    with pytest.raises(UserError, match=r"^[^ ]*other\.yaml:5: unknown signal 'wurds'"):
        load_recipe(written(tmp_path, text))


def test_a_filter_set_that_set_names_is_refused_with_the_flag() -> None:
    with pytest.raises(UserError, match=r"^--set decide\.rules: no filter set 'duplicate' \(did you mean 'duplicates'"):
        load_recipe("fineweb2-style", {"decide.rules": ["duplicate"]})


@pytest.mark.parametrize(("given", "example"), [("ftfy", "ftfy"), ("ftfy,pii", "ftfy, pii")])
def test_set_of_a_list_shows_how_a_list_is_written(given: str, example: str) -> None:
    message = f"--set clean.steps: write a list, e.g. --set 'clean.steps=[{example}]' (given: '{given}')"
    with pytest.raises(UserError) as error:
        load_recipe("fineweb2-style", {"clean.steps": given})
    assert str(error.value) == message


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
