"""YAML to typed models: a pydantic error becomes `file:line: field: what is wrong (did you mean ...?)`."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from corpusforge.errors import UserError, nearest
from corpusforge.yaml12 import Document

Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A configuration model: unknown fields are errors, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


def validate(model: type[Model], document: Document, path: tuple[str | int, ...] = (), data: Any = None) -> Model:
    """Build `model` from a YAML document, or from `data` found at `path` in it. Raises UserError with every fault."""
    try:
        return model.model_validate(document.data if data is None else data)
    except ValidationError as error:
        faults = [_fault(model, document, path, fault) for fault in error.errors()]
        raise UserError("\n".join(faults)) from None


def _fault(model: type[BaseModel], document: Document, path: tuple[str | int, ...], fault: Any) -> str:
    location = tuple(part for part in fault["loc"])
    where = document.where((*path, *location))
    name = ".".join(str(part) for part in location) or model.__name__
    if fault["type"] == "extra_forbidden":
        known = _fields_at(model, location[:-1])
        allowed = f"; allowed: {', '.join(sorted(known))}" if known else ""
        return f"{where}: unknown field '{location[-1]}'{nearest(str(location[-1]), known)}{allowed}"
    if fault["type"] == "missing":
        return f"{where}: field '{name}' is missing"
    message = fault["msg"].removeprefix("Value error, ")
    given = fault.get("input")
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    return f"{where}: {name}: {message}{shown}"


def _fields_at(model: type[BaseModel], location: tuple[str | int, ...]) -> set[str]:
    """Field names of the model that `location` leads to, as far as annotations tell."""
    current: Any = model
    for part in location:
        fields = getattr(current, "model_fields", None)
        if fields is None or part not in fields:
            return set()
        annotation = fields[part].annotation
        current = annotation
    return set(getattr(current, "model_fields", {}))
