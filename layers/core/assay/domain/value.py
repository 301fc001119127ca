"""What every domain object is: a frozen value that refuses what it does not know."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from threading import RLock
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, JsonValue

CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")
"""Where another word of a class's name begins."""


DEFERRED = ConfigDict(defer_build=True)
BUILDING = RLock()


class Model(BaseModel):
    """What pydantic builds when it is first used: a process needs few of the models that it imports.

    One thread builds at a time: pydantic takes a model's parts away for a moment, if another has just made them.
    """

    model_config = DEFERRED

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, Any] | None = None,
    ) -> bool | None:
        with BUILDING:
            return super().model_rebuild(
                force=force,
                raise_errors=raise_errors,
                _parent_namespace_depth=_parent_namespace_depth + 1,
                _types_namespace=_types_namespace,
            )


class Value(Model):
    """Immutable, closed to unknown keys, and silent about its contents when it complains."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Resource(Value):
    """Something an organisation keeps under an id. `revision` grows by one with each change (compare-and-swap)."""

    id: str
    created_at: datetime
    updated_at: datetime
    revision: int = 0

    @property
    def listed_in(self) -> tuple[str, ...]:
        """The lists on which the resource appears, each in order of creation."""
        return ()

    @property
    def unique_name(self) -> str | None:
        """A name that no other resource of the organisation may hold, or None."""
        return None

    @classmethod
    def noun(cls) -> str:
        """What people call such a thing."""
        return CAPITAL.sub(" ", cls.__name__).lower()

    def revised(self, now: datetime, **changes: object) -> Self:
        """The next revision, with `changes`."""
        return self.model_copy(update={**changes, "updated_at": now, "revision": self.revision + 1})


def as_text(value: JsonValue) -> str:
    """A text as it is; anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


__all__ = ["DEFERRED", "JsonValue", "Model", "Resource", "Value", "as_text"]
