"""The pages that links open, in a browser and without a key."""

from typing import Any
from urllib.parse import quote

from assay.dialects.braintrust.summaries import root_of
from assay.domain.errors import NotFound
from assay.domain.experiment import Experiment
from assay.domain.link import Sight, opened, signed
from assay.domain.project import Project
from assay.report.pages import HEADERS, Link, experiment_page, gone_page, project_page
from assay.use_cases.compare_experiment import Stores
from assay.use_cases.view_experiment import summarized

MOST_LISTED = 200


def view(event: dict[str, Any], ports: Any) -> dict[str, Any]:
    """GET /app/…?token=…: what the token lets see."""
    token = (event.get("queryStringParameters") or {}).get("token", "")
    seen = opened(token, ports.link_secret.value, ports.clock.now())
    try:
        return page(200, shown(seen, event, ports)) if seen else page(404, gone_page())
    except NotFound:
        return page(404, gone_page())


def shown(seen: Sight, event: dict[str, Any], ports: Any) -> str:
    """The page of a project, or of an experiment. Raises NotFound."""
    if seen.kind == "project":
        return listed(seen, root_of(event), ports)
    experiment = ports.resources.get(seen.organisation, Experiment, seen.id)
    stores = Stores(ports.resources, ports.datasets, ports.runs, ports.experiment_rows)
    return experiment_page(summarized(seen.organisation, experiment, stores=stores))


def listed(seen: Sight, root: str, ports: Any) -> str:
    """A project's page; its links end when the one that led here does."""
    project = ports.resources.get(seen.organisation, Project, seen.id)
    every = ports.resources.listed(seen.organisation, Experiment, f"{project.id}/experiments")
    place = f"{root}/app/{quote(seen.organisation, safe='')}/p/{quote(project.name, safe='')}/experiments"
    links = []
    for each in sorted(every, key=lambda one: one.created_at, reverse=True)[:MOST_LISTED]:
        token = signed(seen.model_copy(update={"kind": "experiment", "id": each.id}), ports.link_secret.value)
        address = f"{place}/{quote(each.name, safe='')}?token={token}"
        links.append(Link(each.name, address, f"{each.created_at:%Y-%m-%d %H:%M:%S} UTC"))
    return project_page(project.name, links)


def page(status: int, body: str) -> dict[str, Any]:
    """A page as API Gateway takes it."""
    return {"statusCode": status, "headers": {"Content-Type": "text/html; charset=utf-8", **HEADERS}, "body": body}
