"""What the key of extraction depends on: the engine's own version, libraries and model, and the options it heeds."""

from corpusforge.phases.depends import stage_parts
from corpusforge.stages.options import Extract


def test_what_was_extracted_before_there_were_other_engines_stays_valid() -> None:
    parts = stage_parts(Extract())
    assert parts["version"] == 1 and set(parts["libraries"]) == {"trafilatura", "lxml"}
    assert parts["options"] == {"engine": "trafilatura", "favor": "precision", "memory": 2**31}


def test_each_engine_depends_on_what_it_uses() -> None:
    assert set(stage_parts(Extract(engine="resiliparse"))["libraries"]) == {"resiliparse"}
    parts = stage_parts(Extract(engine="blocks"))
    assert parts["libraries"] == {}
    assert parts["options"] == {"engine": "blocks", "favor": "precision", "tables": "markdown"}


def test_limits_of_time_never_count_and_tables_do() -> None:
    def key(**options: object) -> object:
        return stage_parts(Extract.model_validate(options))

    assert key(watchdog_s=1) == key()
    assert key(tables="drop") != key()
    assert key(engine="blocks", memory=2**30) == key(engine="blocks")
    assert key(memory=2**30) != key()
