"""Experiments: made under a name that is free."""

from collections.abc import Callable, Collection

from assay.domain.errors import AlreadyExists
from assay.domain.experiment import Experiment
from assay.ports import Clock, Resources
from assay.use_cases.manage_resources.named import Kept, find_or_create
from assay.use_cases.races import settled

ATTEMPTS = 10


def create_experiment(
    organisation: str, wish: Experiment, *, ensure_new: bool, resources: Resources, suffix: Callable[[], str]
) -> Kept[Experiment]:
    """The experiment of that name, made if there is none; a new one in any case, under another name, to `ensure_new`.

    The other name is `<name>-<8 hex digits>` (contracts/braintrust.md §1.6).
    """
    if not ensure_new:
        return find_or_create(organisation, wish, resources=resources)
    named = wish
    for _ in range(ATTEMPTS):
        try:
            resources.create(organisation, named)
        except AlreadyExists:
            named = wish.model_copy(update={"name": f"{wish.name}-{suffix()}"})
        else:
            return Kept(named, was_there=False)
    raise AlreadyExists(f"'{wish.name}' exists already, and every name that was made of it.")


def name_of(wish_name: str | None, branch: str | None, seconds: int) -> str:
    """The name wished for, or one made of the branch and the time."""
    return wish_name or f"{branch or 'experiment'}-{seconds}"


def note_metrics(
    organisation: str, experiment_id: str, names: Collection[str], *, resources: Resources, clock: Clock
) -> None:
    """Keeps that an experiment has metrics of these names before its rows do.

    Raises NotFound, and InvalidRequest where they would be too many.
    """

    def decide() -> None:
        before = resources.get(organisation, Experiment, experiment_id)
        after = before.measured_by(names, clock.now())
        if after != before:
            resources.replace(organisation, before, after)

    if names:
        settled(decide)
