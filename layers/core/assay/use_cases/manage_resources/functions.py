"""Functions, prompts among them: every write is a version that can be read for ever."""

from collections.abc import Callable, Iterable
from typing import Any

from assay.domain import transaction_id
from assay.domain.errors import AlreadyExists, Conflict, NotFound
from assay.domain.function import Function, FunctionVersion, function_name
from assay.domain.ids import NewUuid
from assay.domain.project import Project
from assay.domain.value import Value
from assay.ports import Clock, Resources
from assay.use_cases.by_name import in_transaction
from assay.use_cases.manage_resources.changes import blended
from assay.use_cases.manage_resources.named import Kept
from assay.use_cases.races import settled


class NewFunction(Value):
    """A function as somebody wants it; `fields` are those of FunctionVersion that say what it is."""

    project_id: str
    slug: str
    fields: dict[str, Any]


def create_function(
    organisation: str, wish: NewFunction, *, resources: Resources, clock: Clock, new_uuid: NewUuid
) -> Kept[FunctionVersion]:
    """The function of that slug as it is, made if there is none. Raises NotFound for the project."""
    resources.get(organisation, Project, wish.project_id)
    found = by_slug(organisation, wish, resources)
    if found is not None:
        return Kept(latest(organisation, found, resources=resources), was_there=True)
    now = clock.now()
    head = Function(
        id=str(new_uuid()),
        created_at=now,
        updated_at=now,
        project_id=wish.project_id,
        slug=wish.slug,
        transaction_id=transaction_id.first_of(now),
    )
    version = version_of(head, wish, clock)
    try:
        resources.create(organisation, head, version)
    except AlreadyExists:
        there = resources.named(organisation, Function, head.unique_name or "")
        return Kept(latest(organisation, there, resources=resources), was_there=True)
    return Kept(version, was_there=False)


def by_slug(organisation: str, wish: NewFunction, resources: Resources) -> Function | None:
    """The project's function of that slug; None where there is none."""
    try:
        return resources.named(organisation, Function, function_name(wish.project_id, wish.slug))
    except NotFound:
        return None


def version_of(head: Function, wish: NewFunction, clock: Clock) -> FunctionVersion:
    """The version that a head names as its latest, made anew."""
    now = clock.now()
    return FunctionVersion(
        id=head.latest,
        created_at=now,
        updated_at=now,
        function_id=head.id,
        transaction_id=head.transaction_id,
        project_id=head.project_id,
        slug=head.slug,
        **wish.fields,
    )


def replace_function(
    organisation: str, wish: NewFunction, *, resources: Resources, clock: Clock, new_uuid: NewUuid
) -> FunctionVersion:
    """The function of that slug, made or replaced: its id stays, all else is new. Raises NotFound for the project."""
    kept = create_function(organisation, wish, resources=resources, clock=clock, new_uuid=new_uuid)
    if not kept.was_there:
        return kept.resource

    def renewed(head: Function, before: FunctionVersion) -> FunctionVersion:  # noqa: ARG001
        return version_of(head, wish, clock)

    return written(organisation, kept.resource.function_id, renewed, resources=resources, clock=clock)


def change_function(
    organisation: str, function_id: str, wished: dict[str, Any], *, resources: Resources, clock: Clock
) -> FunctionVersion:
    """A new version of the function with what is wished; None changes nothing. Raises NotFound, AlreadyExists."""

    def changed(head: Function, before: FunctionVersion) -> FunctionVersion:
        said = {name: blended(getattr(before, name), value) for name, value in wished.items() if value is not None}
        identity = {"id": head.latest, "transaction_id": head.transaction_id, "slug": head.slug, "revision": 0}
        return before.model_copy(update={**said, **identity, "updated_at": clock.now()})

    slug = wished.get("slug")
    return written(organisation, function_id, changed, slug=slug, resources=resources, clock=clock)


def written(
    organisation: str,
    function_id: str,
    made: Callable[[Function, FunctionVersion], FunctionVersion],
    *,
    slug: str | None = None,
    resources: Resources,
    clock: Clock,
) -> FunctionVersion:
    """The function's next version, as `made` makes it of its new head and the version before."""

    def decide() -> FunctionVersion:
        head = resources.get(organisation, Function, function_id)
        now = clock.now()
        following = transaction_id.following(head.transaction_id, now)
        after = head.revised(now, transaction_id=following, slug=slug or head.slug)
        version = made(after, latest(organisation, head, resources=resources))
        # The version comes first: a head never names one that is not there. One whose head goes to another write
        # meanwhile stays unnamed.
        keep(organisation, version, resources)
        resources.replace(organisation, head, after)
        return version

    return settled(decide)


def keep(organisation: str, version: FunctionVersion, resources: Resources) -> None:
    """Keeps a version under its number. Raises Conflict where another write has taken that."""
    try:
        resources.create(organisation, version)
    except AlreadyExists as error:
        raise Conflict("Another write has taken this version's number.") from error


def delete_function(organisation: str, function_id: str, *, resources: Resources, clock: Clock) -> FunctionVersion:
    """Removes the function, whose slug is free then, and returns its last version with the number of this write.

    Its versions can still be read by id and number. Raises NotFound, Conflict.
    """
    head = resources.get(organisation, Function, function_id)
    last = latest(organisation, head, resources=resources)
    resources.delete(organisation, head)
    gone = transaction_id.following(head.transaction_id, clock.now())
    return last.model_copy(update={"transaction_id": gone})


def latest(organisation: str, head: Function, *, resources: Resources) -> FunctionVersion:
    """A function's latest version."""
    return resources.get(organisation, FunctionVersion, head.latest)


def get_function(
    organisation: str, function_id: str, transaction: int | None, *, resources: Resources
) -> FunctionVersion:
    """A function in a version (None: the latest). Raises NotFound."""
    if transaction is not None:
        return in_transaction(organisation, function_id, transaction, resources=resources)
    return latest(organisation, resources.get(organisation, Function, function_id), resources=resources)


def in_version(
    organisation: str, heads: Iterable[Function], transaction: int | None, *, resources: Resources
) -> list[FunctionVersion]:
    """Each function in its latest version, or those that have the version of that number."""
    if transaction is None:
        return resources.get_many(organisation, FunctionVersion, [head.latest for head in heads])
    found = []
    for head in heads:
        try:
            found.append(get_function(organisation, head.id, transaction, resources=resources))
        except NotFound:
            continue
    return found
