"""The sandbox: one bad text costs itself, all others get their results in order, nothing is left running."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpusforge.stages.sandbox import Sandbox
from corpusforge.stages.sandbox_process import Failure, SandboxError

HERE = Path(__file__).parent
MIB = 2**20


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(HERE))


def children() -> set[int]:
    """Process ids of our children, zombies among them."""
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(autouse=True)
def leaves_nothing_behind() -> Iterator[None]:
    before = children(), open_files()
    yield
    assert (children(), open_files()) == before


def sandbox(timeout_s: float = 20.0, function: str = "hostile_functions:act", memory: int = 256 * MIB) -> Sandbox:
    return Sandbox(function, timeout_s, memory)


def kinds(answers: list[str | Failure | None]) -> list[str | None]:
    return [answer.kind if isinstance(answer, Failure) else answer for answer in answers]


def test_results_in_order() -> None:
    with sandbox() as box:
        assert box.run([]) == []
        assert box.run(["a", "nothing", "", "ਪੰਜਾਬੀ", "\ud800"]) == ["A", None, "", "ਪੰਜਾਬੀ", "\ud800"]


def test_long_texts_both_ways_do_not_deadlock() -> None:
    texts = ["x" * 5_000_000, "long 3000000", "y" * 2_000_000, "long 1000000"]
    with sandbox() as box:
        assert [len(answer) for answer in box.run(texts)] == [5_000_000, 3_000_000, 2_000_000, 1_000_000]  # type: ignore[arg-type]


def test_more_texts_than_are_sent_ahead() -> None:
    texts = [f"text {i}" for i in range(1_000)]
    with sandbox() as box:
        assert box.run(texts) == [text.upper() for text in texts]


def test_exceptions_are_answers_and_the_child_lives() -> None:
    with sandbox() as box:
        pid = box.run(["pid"])
        answers = box.run(["raise out of order", "recurse", "quit", "number", "ok"])
        assert box.run(["pid"]) == pid and box.lost == 0
    assert kinds(answers) == ["error", "error", "error", "error", "OK"]
    assert answers[0] == Failure("error", "ValueError: out of order")
    assert isinstance(answers[1], Failure) and answers[1].message.startswith("RecursionError")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("exit 3", "the child exited with status 3"),
        ("exit 0", "the child exited with status 0"),
        ("kill", "the child was killed by signal 9"),
        ("segfault", "the child was killed by signal 11"),
        ("eat-in-c", "the child was killed by signal 6"),
    ],
)
def test_a_text_that_kills_the_child(text: str, message: str) -> None:
    with sandbox() as box:
        assert box.run(["a", text, "b", "c"]) == ["A", Failure("died", message), "B", "C"]
        assert box.lost == 2  # tried once more, alone


@pytest.mark.parametrize("text", ["sleep 600", "spin"])
def test_a_text_that_hangs(text: str) -> None:
    with sandbox(timeout_s=0.5) as box:
        start = time.monotonic()
        assert box.run(["a", text, "b"]) == ["A", Failure("timeout", "no result after 0.5 s"), "B"]
        assert time.monotonic() - start < 15


def test_memory_is_limited_above_the_baseline() -> None:
    with sandbox() as box:
        answers = box.run(["a", f"eat {100 * MIB}", f"eat {1000 * MIB}", "b"])
    assert kinds(answers) == ["A", str(100 * MIB), "memory", "B"]


def test_a_text_larger_than_the_memory() -> None:
    with sandbox(memory=32 * MIB) as box:
        assert kinds(box.run(["x" * (100 * MIB), "b"])) == ["memory", "B"]


def test_the_second_attempt_counts(tmp_path: Path) -> None:
    with sandbox() as box:
        assert box.run(["a", f"once {tmp_path}/x", "b"]) == ["A", f"ONCE {tmp_path}/X".upper(), "B"]
        assert box.lost == 1


def test_one_child_and_one_instance_for_many_batches() -> None:
    with sandbox(function="hostile_functions:Counter") as box:
        assert [box.run(["a"]), box.run(["b", "c"])] == [["a 1"], ["b 2", "c 3"]]


def test_what_the_child_prints_disturbs_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with sandbox() as box:
        assert box.run(["print", "b"]) == ["PRINT", "B"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("no_such_module:act", "cannot load no_such_module:act: ModuleNotFoundError"),
        ("hostile_functions:nobody", "cannot load hostile_functions:nobody: AttributeError"),
    ],
)
def test_a_function_that_cannot_be_loaded(function: str, message: str) -> None:
    with sandbox(function=function) as box, pytest.raises(SandboxError, match=message):
        box.run(["a"])


def test_an_abandoned_stream_gives_no_stale_answers() -> None:
    with sandbox() as box:
        stream = box.stream(["a", "b", "c"])
        assert next(stream) == "A"
        stream.close()  # type: ignore[attr-defined]
        assert box.run(["d"]) == ["D"]


def test_interrupts_are_not_the_childs_business() -> None:
    with sandbox() as box:
        box.run(["a"])
        assert box.pid is not None
        os.kill(box.pid, signal.SIGINT)
        assert box.run(["b"]) == ["B"] and box.lost == 0


def test_the_child_dies_with_its_parent() -> None:
    program = (
        "from corpusforge.stages.sandbox import Sandbox\n"
        "box = Sandbox('hostile_functions:act', 600, 2**28)\n"
        "print(box.run(['pid'])[0], flush=True)\n"
        "box.run(['spin'])"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, env=env)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)  # let it reach the endless loop
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 10
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["a", "ਪ", "raise x", "exit 1", "nothing", "long 70000", f"eat {900 * MIB}"]),
        max_size=8,
    )
)
def test_every_mixture_of_texts(texts: list[str]) -> None:
    expected = {
        "a": "A",
        "ਪ": "ਪ",
        "raise x": "error",
        "exit 1": "died",
        "nothing": None,
        "long 70000": "ਪ" * 70_000,
    }
    with sandbox() as box:
        assert kinds(box.run(texts)) == [expected.get(text, "memory") for text in texts]
