"""An event loop whose time jumps to the next timer when nobody has anything to do: hours of waiting take no time."""

import asyncio
import contextlib
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")

START = datetime(2026, 1, 1, tzinfo=UTC)


class Deadlock(AssertionError):
    """Everybody waits, and for nothing that time could bring."""


class JumpingSelector(selectors.DefaultSelector):
    """Instead of waiting for `timeout` seconds it lets them have passed."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0)
        if not events and timeout is None:
            raise Deadlock
        self.moment += 0 if events else max(timeout or 0, 0)
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """The loop. What would run in a thread runs at once, so that a test's history is always the same."""

    def __init__(self, moment: float = 0) -> None:
        self.jumping = JumpingSelector()
        self.jumping.moment = moment
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.moment

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except BaseException as error:  # noqa: BLE001
            future.set_exception(error)
        return future


class VirtualClock:
    """ports.Clock over virtual loops, one after another."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.prepare_loop: Callable[[asyncio.AbstractEventLoop], None] = lambda _: None

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        with contextlib.suppress(RuntimeError):  # nothing runs: time stands where the last loop left it
            self.seconds = asyncio.get_running_loop().time()
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def loop(self) -> VirtualLoop:
        """A loop that begins now."""
        loop = VirtualLoop(self.seconds)
        self.prepare_loop(loop)
        return loop

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs `work` in a loop of this clock's time."""
        with asyncio.Runner(loop_factory=self.loop) as runner:
            try:
                return runner.run(work)
            finally:
                self.seconds = runner.get_loop().time()
