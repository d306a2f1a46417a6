"""A killable child process for code that meets hostile input: what hangs or dies costs only itself."""

from collections.abc import Iterator, Sequence
from types import TracebackType

from corpusforge.stages.sandbox_process import ChildLost, ChildProcess, Failure


class Sandbox:
    """Runs a function on texts in a child process, one text at a time, answers in order.

    The child is started on first use and kept. When a text hangs it beyond the watchdog, kills it, or makes
    it exceed its memory, the child is killed and replaced, and the text is tried once more, alone, in a fresh
    child; a second failure is its answer. All other texts get their results. An exception of the function is
    an answer at once: it is the text's own. Not for use by several threads at a time; the child dies with the
    thread that started it.
    """

    def __init__(self, function: str, timeout_s: float, memory_bytes: int, start_timeout_s: float = 120.0) -> None:
        """`function` is `module:name` of a function `str -> str | None`, or of a class of such; what follows a
        further colon is the class's argument.

        `timeout_s`: wall-clock seconds one text may take, a watchdog far above the slowest legitimate text.
        `memory_bytes`: address space that the child may take beyond what it has after loading the function.
        """
        self.function = function
        self.timeout_s = timeout_s
        self.memory_bytes = memory_bytes
        self.start_timeout_s = start_timeout_s
        self.lost = 0  # children that had to be replaced
        self._child: ChildProcess | None = None

    def run(self, texts: Sequence[str]) -> list[str | Failure | None]:
        """The function's result for each text, or why there is none.

        Raises SandboxError when the function cannot be loaded.
        """
        return list(self.stream(texts))

    def stream(self, texts: Sequence[str]) -> Iterator[str | Failure | None]:
        """As `run`, answer by answer as they arrive; texts are sent ahead of answers."""
        position, again = 0, False
        try:
            while position < len(texts):
                batch = texts[position : position + 1] if again else texts[position:]
                try:
                    for answer in self._started().exchange(batch, self.timeout_s):
                        position, again = position + 1, False
                        yield answer
                except ChildLost as lost:
                    self._discard()
                    self.lost += 1
                    if again:
                        position += 1
                        yield lost.failure
                    again = not again
        except BaseException:
            # Answers still to come belong to texts that nobody waits for any more.
            self._discard()
            raise

    @property
    def pid(self) -> int | None:
        """Process id of the child, if one runs."""
        return self._child.pid if self._child else None

    def close(self) -> None:
        """End the child, if one runs."""
        if self._child:
            self._child.close()
            self._child = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _started(self) -> ChildProcess:
        if self._child is None:
            self._child = ChildProcess(self.function, self.memory_bytes, self.start_timeout_s)
        return self._child

    def _discard(self) -> None:
        if self._child:
            self._child.kill()
            self._child = None
