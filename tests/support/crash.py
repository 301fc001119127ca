"""A process that dies at a given step: every await, and every word with a store, is one."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from tests.support.engine import Engine, Killed

STORES = ("resources", "datasets", "runs", "progress", "posted", "executions", "events", "limits", "answers")


class Life:
    """So many steps, and no more."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def step(self) -> None:
        """Raises Killed when the last step has been made."""
        self.steps -= 1
        if self.is_over:
            raise Killed

    @property
    def is_over(self) -> bool:
        return self.steps < 0


class Doomed:
    """A store with which a dead process has no word any more."""

    def __init__(self, store: Any, life: Life) -> None:
        self.store, self.life = store, life

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.store, name)
        if not callable(found):
            return found

        def called(*args: Any, **named: Any) -> Any:
            self.life.step()
            return found(*args, **named)

        return called


class Steps(Coroutine[Any, Any, Any]):
    """A coroutine that makes a step whenever it goes on after an await."""

    def __init__(self, work: Coroutine[Any, Any, Any], life: Life) -> None:
        self.work, self.life = work, life

    def send(self, value: Any) -> Any:
        try:
            self.life.step()
        except Killed as death:
            return self.work.throw(death)
        return self.work.send(value)

    def throw(self, *error: Any) -> Any:
        return self.work.throw(*error)

    def close(self) -> None:
        self.work.close()

    def __await__(self) -> Any:
        return self.work.__await__()


def died(engine: Engine, steps: int) -> bool:
    """Lets the engine's pass make so many steps; whether it died of it."""
    life = Life(steps)
    with doomed(engine, life):
        try:
            engine.finish()
        except (Killed, BaseExceptionGroup):
            assert life.is_over
    return life.is_over


@contextmanager
def doomed(engine: Engine, life: Life) -> Iterator[None]:
    """An engine whose process has one life."""
    stores = {name: getattr(engine, name) for name in STORES}
    for name, store in stores.items():
        setattr(engine, name, Doomed(store, life))
    engine.clock.prepare_loop = lambda loop: prepare(loop, life)
    yield
    engine.clock.prepare_loop = lambda _: None
    for name, store in stores.items():
        setattr(engine, name, store)


def prepare(loop: asyncio.AbstractEventLoop, life: Life) -> None:
    """Counts the steps of all tasks; what those of a dead process still complain of, nobody hears."""
    loop.set_task_factory(lambda loop, work, **named: asyncio.Task(Steps(work, life), loop=loop, **named))  # type: ignore[arg-type]
    loop.set_exception_handler(lambda *_: None)
