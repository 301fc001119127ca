"""What a link leads to, if it still leads anywhere: without a key, and so with every doubt against it."""

from datetime import datetime
from typing import NamedTuple

from pydantic import SecretStr

from assay.domain.errors import NotFound
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.domain.link import Sight, evaluation_in, is_same, names_in, opened, path_to, path_to_evaluation
from assay.domain.project import Project
from assay.ports import Resources
from assay.use_cases.outcomes import outcome


class Seen(NamedTuple):
    """What may be looked at. Without an experiment it is the project, with all its experiments.

    `sight` is what the token says; None where the experiment is public.
    """

    organisation: str
    project: Project
    experiment: Experiment | None
    sight: Sight | None


def follow_link(path: str, token: str | None, *, secret: SecretStr, resources: Resources, now: datetime) -> Seen:
    """What lies at a path, for whoever has that token. Raises NotFound, whatever the reason."""
    sight = opened(token, secret, now) if token else None
    seen = public(path, resources) if sight is None else signed_for(path, sight, resources)
    if seen is None:
        raise NotFound("page", path)
    return seen


def signed_for(path: str, sight: Sight, resources: Resources) -> Seen | None:
    """What the token is for, where the path leads there and nobody has cut the link off.

    A project's token opens the project's experiments and evaluations, too. Raises NotFound.
    """
    if sight.kind == "evaluation":
        return evaluation_seen(path, sight, sight.id, resources)
    if sight.kind == "project" and (identifier := evaluation_in(path, sight.organisation)):
        seen = evaluation_seen(path, sight, identifier, resources)
        return seen if seen and seen.project.id == sight.id else None
    if sight.kind == "project":
        project = resources.get(sight.organisation, Project, sight.id)
        experiment = named_in(path, sight.organisation, project, resources)
    else:
        experiment = resources.get(sight.organisation, Experiment, sight.id)
        project = resources.get(sight.organisation, Project, experiment.project_id)
    name = experiment.name if experiment else None
    is_there = is_same(path, path_to(sight.organisation, project.name, name))
    is_cut_off = sight.is_cut_off(project.links_from, experiment.links_from if experiment else None)
    return Seen(sight.organisation, project, experiment, sight) if is_there and not is_cut_off else None


def evaluation_seen(path: str, sight: Sight, identifier: str, resources: Resources) -> Seen | None:
    """The evaluation, where its page lies at the path; its link is cut off with its project's. Raises NotFound."""
    evaluation = resources.get(sight.organisation, Evaluation, identifier)
    project = resources.get(sight.organisation, Project, evaluation.project_id)
    experiment = outcome(sight.organisation, evaluation, resources=resources)
    is_there = path == path_to_evaluation(sight.organisation, evaluation.id)
    is_cut_off = sight.is_cut_off(project.links_from, experiment.links_from)
    return Seen(sight.organisation, project, experiment, sight) if is_there and not is_cut_off else None


def named_in(path: str, organisation: str, project: Project, resources: Resources) -> Experiment | None:
    """The project's experiment whose page lies at the path; None where it is the project's own. Raises NotFound."""
    if is_same(path, path_to(organisation, project.name)):
        return None
    names = names_in(path)
    if names is None:
        raise NotFound("page", path)
    return resources.named(organisation, Experiment, f"{project.id}/experiments/{names[2]}")


def public(path: str, resources: Resources) -> Seen | None:
    """The public experiment whose page lies at a path. Raises NotFound."""
    names = names_in(path)
    if names is None:
        return None
    organisation, project_name, name = names
    project = resources.named(organisation, Project, f"projects/{project_name}")
    experiment = resources.named(organisation, Experiment, f"{project.id}/experiments/{name}")
    return Seen(organisation, project, experiment, None) if experiment.public else None
