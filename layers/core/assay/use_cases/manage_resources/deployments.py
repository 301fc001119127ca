"""Configs deployed to a project's environments: production, whose config is the active one, and those with names.

An environment comes into being where a config is deployed to it by its id and its name, and ends with what is deployed.
"""

from collections.abc import Iterable
from typing import NamedTuple

from assay.domain.errors import InvalidRequest, NotFound
from assay.domain.project import Deployment, Project
from assay.ports import Clock, Resources
from assay.use_cases.manage_resources.projects import find_config
from assay.use_cases.races import settled

PRODUCTION = Deployment(id="env_default00000000000000", name="production", config_id="")
"""The environment that every project has; which config is deployed to it, the project says."""
MOST = 50
"""Environments of one project beside production."""


class Target(NamedTuple):
    """An environment to deploy to; one that there is not yet needs a name."""

    id: str
    name: str | None = None


def deploy(
    organisation: str,
    project_id: str,
    config_id: str,
    targets: Iterable[Target],
    *,
    resources: Resources,
    clock: Clock,
) -> Project:
    """The project with the config in every environment that is meant, in place of what was there; all or none.

    Raises NotFound for the project, the config, or an environment that there is not and that has no name.
    """

    def deployed() -> Project:
        project = resources.get(organisation, Project, project_id)
        find_config(organisation, project_id, config_id, resources=resources)
        after = project
        for target in targets:
            after = with_config(after, target, config_id)
        return replaced(organisation, project, after, resources=resources, clock=clock)

    return settled(deployed)


def with_config(project: Project, target: Target, config_id: str) -> Project:
    """The project with the config in one more environment. Raises NotFound; InvalidRequest for the name of another."""
    if PRODUCTION.is_called(target.id):
        return project.model_copy(update={"active_config_id": config_id})
    known = next((one for one in project.deployments if one.is_called(target.id)), None)
    if known is None and not target.name:
        raise NotFound("environment", target.id)
    name = target.name or (known.name if known else target.id)
    one = Deployment(id=known.id if known else target.id, name=name, config_id=config_id)
    others = tuple(each for each in project.deployments if each != known)
    if taken := next((each for each in (PRODUCTION, *others) if each.is_called(name)), None):
        raise InvalidRequest(f"The name {name} is that of the environment {taken.id}.", ("environments",))
    if len(others) >= MOST:
        raise InvalidRequest(f"A project has at most {MOST} environments.", ("environments",))
    return project.model_copy(update={"deployments": (*others, one)})


def replaced(organisation: str, project: Project, after: Project, *, resources: Resources, clock: Clock) -> Project:
    """The project, changed where it is. Raises Conflict."""
    changes = {name: getattr(after, name) for name in ("active_config_id", "deployments")}
    if all(getattr(project, name) == value for name, value in changes.items()):
        return project
    revised = project.revised(clock.now(), **changes)
    resources.replace(organisation, project, revised)
    return revised


def undeploy(
    organisation: str, project_id: str, environment: str | None, *, resources: Resources, clock: Clock
) -> Project:
    """The project without a config in an environment, None being production. Raises NotFound."""

    def bare() -> Project:
        project = resources.get(organisation, Project, project_id)
        one = the_one(project, environment)
        left = tuple(each for each in project.deployments if each != one)
        active = None if one == PRODUCTION else project.active_config_id
        after = project.model_copy(update={"active_config_id": active, "deployments": left})
        return replaced(organisation, project, after, resources=resources, clock=clock)

    return settled(bare)


def the_one(project: Project, environment: str | None) -> Deployment:
    """The environment of an id or a name, None being production. Raises NotFound."""
    for one in (PRODUCTION, *project.deployments):
        if environment is None or one.is_called(environment):
            return one
    raise NotFound("environment", str(environment))


def deployed_config(project: Project, environment: str | None) -> str:
    """The id of the config in an environment. Raises NotFound, also where production has none."""
    one = the_one(project, environment)
    found = project.active_config_id if one == PRODUCTION else one.config_id
    if found is None:
        raise NotFound("active config in the project", project.id)
    return found
