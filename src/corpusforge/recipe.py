"""Recipes: a pipeline in YAML, loaded, validated with file and line, overridden by `--set`."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from corpusforge import yaml12
from corpusforge.errors import UserError, nearest
from corpusforge.recipe_checks import check_filter_sets, check_order
from corpusforge.resources import folder
from corpusforge.stages.options import STAGES, Read, StageOptions
from corpusforge.validation import Strict, validate


def _plain_name(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]*", value):
        raise ValueError(
            "it names directories: lower-case letters, digits, '.', '_' and '-', and first a letter or digit"
        )
    return value


class Dataset(Strict):
    """A named stream of documents: where its records come from, and the stages they pass in order."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)
    from_: tuple[str, ...] = Field(alias="from")
    stages: dict[str, StageOptions]

    def options(self, stage: str) -> Any:
        """Options of a stage of this dataset. Raises UserError where the recipe does not have it."""
        if stage not in self.stages:
            raise UserError(f"this recipe has no stage '{stage}'")
        return self.stages[stage]


class Recipe(Strict):
    """A pipeline: its name, the languages it wants (`all` or language-scripts), its datasets."""

    recipe: Annotated[str, AfterValidator(_plain_name)]
    languages: tuple[str, ...]
    datasets: dict[str, Dataset]

    @property
    def dataset(self) -> Dataset:
        """The recipe's only dataset: graphs of several come with a later version."""
        return next(iter(self.datasets.values()))

    def dump(self) -> dict[str, Any]:
        """The resolved recipe as plain JSON-able data, every default written out."""
        datasets = {
            name: {
                "from": list(dataset.from_),
                "stages": [{stage: _dump(options)} for stage, options in dataset.stages.items()],
            }
            for name, dataset in self.datasets.items()
        }
        return {"recipe": self.recipe, "languages": list(self.languages), "datasets": datasets}


def _dump(options: StageOptions) -> dict[str, Any]:
    return options.model_dump(mode="json", by_alias=True)


def names() -> list[str]:
    """Names of the recipes that ship with corpusforge."""
    return sorted(path.stem for path in folder("pipelines").glob("*.yaml"))


def load_recipe(name: str, changes: dict[str, Any] | None = None, inputs: tuple[str, ...] | None = None) -> Recipe:
    """Load a recipe by name, or from a YAML file, with `changes` (`dataset.stage.option` -> value) applied.

    `inputs` replace its `from`. Raises UserError: `file:line: field: what is wrong`, with the nearest known name.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) or "/" in name else folder("pipelines") / f"{name}.yaml"
    if not path.exists():
        known = names()
        raise UserError(
            f"no recipe '{name}'{nearest(name, known)}; there are: {', '.join(known)}; or give the path of a YAML file"
        )
    document = yaml12.load(path)
    return _build(document, changes or {}, inputs)


def stored_recipe(data: dict[str, Any], source: str) -> Recipe:
    """A recipe from what `Recipe.dump` gave; `source` is what error messages call it."""
    return _build(yaml12.Document(source, data, {}), {})


def _build(document: yaml12.Document, changes: dict[str, Any], inputs: tuple[str, ...] | None = None) -> Recipe:
    data = document.data
    if not isinstance(data, dict):
        raise UserError(f"{document.where(())}: a recipe is a mapping with 'recipe', 'languages' and 'datasets'")
    unknown = set(data) - {"recipe", "languages", "datasets"}
    for field in sorted(unknown):
        allowed = ("recipe", "languages", "datasets")
        raise UserError(
            f"{document.where((field,))}: unknown field '{field}'{nearest(field, allowed)}; allowed: {', '.join(allowed)}"
        )
    datasets = data.get("datasets")
    if not isinstance(datasets, dict) or len(datasets) != 1:
        raise UserError(f"{document.where(('datasets',))}: datasets: exactly one dataset is expected in this version")
    built = {
        name: _dataset(document, ("datasets", name), value, _changes_for(name, value, changes), inputs)
        for name, value in datasets.items()
    }
    return validate(Recipe, document, data={**data, "datasets": built})


def _dataset(
    document: yaml12.Document,
    path: tuple[str | int, ...],
    value: Any,
    changes: dict[str, dict[str, Any]],
    inputs: tuple[str, ...] | None,
) -> Dataset:
    if not isinstance(value, dict) or not isinstance(value.get("stages"), list):
        raise UserError(f"{document.where(path)}: a dataset has 'from' (a list) and 'stages' (a list)")
    for field in value:
        if field not in ("from", "stages"):
            raise UserError(f"{document.where((*path, field))}: unknown field '{field}'; allowed: from, stages")
    stages: dict[str, StageOptions] = {}
    places: dict[str, tuple[str | int, ...]] = {}
    for index, entry in enumerate(value["stages"]):
        where = (*path, "stages", index)
        name, options = _stage_entry(document, where, entry)
        if name in stages:
            raise UserError(f"{document.where(where)}: stage '{name}' stands twice")
        stages[name] = validate(STAGES[name], document, (*where, name), options)
        places[name] = (*where, name)
    if "read" not in stages:
        stages = {"read": Read(), **stages}
    for name, options in changes.items():
        if name not in stages:
            raise UserError(f"--set {name}: this recipe has no stage '{name}'{nearest(name, stages)}")
        stages[name] = _changed(name, stages[name], options)
    check_order(document, path, places, stages)
    check_filter_sets(document, places, stages, changes)
    from_ = _from(document, path, value) if inputs is None else inputs
    return Dataset.model_construct(from_=from_, stages=stages)


def _from(document: yaml12.Document, path: tuple[str | int, ...], value: dict[str, Any]) -> tuple[str, ...]:
    given = value.get("from")
    where = document.where((*path, "from"))
    if not given:
        raise UserError(
            f"{where}: dataset '{path[-1]}' reads nothing; give --input, or write a list of inputs: "
            f"from: [crawl/*.warc.gz]"
        )
    if not isinstance(given, list) or not all(isinstance(one, str) and one.strip() for one in given):
        raise UserError(f"{where}: from: write a list of inputs, such as [crawl/*.warc.gz] (given: {given!r})")
    return tuple(given)


def _changed(name: str, options: StageOptions, changes: dict[str, Any]) -> StageOptions:
    """Options with `--set` applied; an error names the flag, not the recipe's file."""
    try:
        return type(options).model_validate({**_dump(options), **changes})
    except ValidationError as error:
        raise UserError("\n".join(_set_fault(name, options, fault) for fault in error.errors())) from None


def _set_fault(name: str, options: StageOptions, fault: Any) -> str:
    path, given = f"{name}.{'.'.join(map(str, fault['loc']))}", fault["input"]
    if fault["type"] == "tuple_type":
        words = re.split(r"[,\s]+", given.strip()) if isinstance(given, str) else _dump(options)[fault["loc"][0]]
        return f"--set {path}: write a list, e.g. --set '{path}=[{', '.join(words)}]' (given: {given!r})"
    return f"--set {path}: {fault['msg'].removeprefix('Value error, ')} (given: {given!r})"


def _stage_entry(document: yaml12.Document, where: tuple[str | int, ...], entry: Any) -> tuple[str, dict[str, Any]]:
    if isinstance(entry, str):
        entry = {entry: {}}
    if not isinstance(entry, dict) or len(entry) != 1:
        raise UserError(f"{document.where(where)}: a stage is written `- name: {{options}}`")
    name, options = next(iter(entry.items()))
    if name not in STAGES:
        raise UserError(
            f"{document.where((*where, name))}: unknown stage '{name}'{nearest(name, STAGES)}; "
            f"there are: {', '.join(STAGES)}"
        )
    if options is not None and not isinstance(options, dict):
        raise UserError(f"{document.where((*where, name))}: options of '{name}' must be a mapping")
    return name, options or {}


def _changes_for(dataset: str, value: Any, changes: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """`web.extract.engine` and `extract.engine` -> {extract: {engine: value}}."""
    found: dict[str, dict[str, Any]] = {}
    for path, new in changes.items():
        parts = path.split(".")
        if parts[0] == dataset:
            parts = parts[1:]
        if len(parts) != 2:
            raise UserError(
                f"--set {path}: write STAGE.OPTION=VALUE, {dataset}.STAGE.OPTION=VALUE or LANGUAGE.THRESHOLD=VALUE"
            )
        stage, option = parts
        if stage not in STAGES:
            raise UserError(f"--set {path}: unknown stage '{stage}'{nearest(stage, STAGES)}")
        fields = {f.alias or n for n, f in STAGES[stage].model_fields.items()}
        if option not in fields:
            raise UserError(
                f"--set {path}: stage '{stage}' has no option '{option}'{nearest(option, fields)}; "
                f"it has: {', '.join(sorted(fields))}"
            )
        found.setdefault(stage, {})[option] = new
    return found
