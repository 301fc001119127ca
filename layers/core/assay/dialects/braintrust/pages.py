"""The pages that links open, in a browser and without a key; and what their script asks for."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from pydantic import ConfigDict, Field, ValidationError

from assay.dialects.braintrust.summaries import stores_of
from assay.dialects.links import root_of
from assay.domain.errors import InvalidRequest, NotFound, TooMuch
from assay.domain.experiment import Experiment
from assay.domain.link import path_to, path_to_evaluation
from assay.domain.report import ListedExperiment
from assay.domain.value import Model
from assay.report.pages import HEADERS, experiment_page, gone_page, refused_page
from assay.report.project import Listed, project_page
from assay.use_cases.follow_link import Seen, follow_link
from assay.use_cases.list_experiments import list_experiments
from assay.use_cases.view_report import Sources, view_live, view_report, view_rows

HTML, JSON = "text/html; charset=utf-8", "application/json"


class Asked(Model):
    """What is asked of a page: itself, or what its script needs."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    token: str | None = None
    view: str = "page"
    base: str | None = None
    first: int = Field(default=0, ge=0, alias="from")


def view(event: dict[str, Any], ports: Any) -> dict[str, Any]:
    """GET /app/…: what the token lets see, or everybody may."""
    try:
        asked = Asked.model_validate(event.get("queryStringParameters") or {})
        seen = follow_link(
            event["path"],
            asked.token,
            secret=ports.link_secret.value,
            resources=ports.resources,
            now=ports.clock.now(),
        )
        return shown(seen, asked, event, ports)
    except (NotFound, ValidationError):
        return answer(404, gone_page())
    except (InvalidRequest, TooMuch) as error:
        return answer(400, refused_page(str(error), f"?token={quote(asked.token)}" if asked.token else "?"))


def shown(seen: Seen, asked: Asked, event: dict[str, Any], ports: Any) -> dict[str, Any]:
    """What is asked for. Raises NotFound."""
    sources = Sources(stores_of(ports), ports.progress, ports.posted, ports.prices, ports.clock)
    if seen.experiment is None:
        return answer(200, project_page(seen.project.name, listed(seen, asked, root_of(event), sources)))
    return VIEWS.get(asked.view, whole)(seen, seen.experiment, asked, sources)


def whole(seen: Seen, experiment: Experiment, asked: Asked, sources: Sources) -> dict[str, Any]:
    """The page itself."""
    found = view_report(seen.organisation, experiment, asked.base, sources=sources)
    return answer(200, experiment_page(found.report, live=found.live, can_ask=True))


def progress(seen: Seen, experiment: Experiment, asked: Asked, sources: Sources) -> dict[str, Any]:  # noqa: ARG001
    """How far the run is."""
    return answer(200, view_live(seen.organisation, experiment, sources=sources).model_dump_json(), JSON)


def rows(seen: Seen, experiment: Experiment, asked: Asked, sources: Sources) -> dict[str, Any]:
    """Rows that are not on the page."""
    found = view_rows(seen.organisation, experiment, asked.first, sources=sources)
    return answer(200, f'{{"rows":[{",".join(found.rows)}],"next":{found.next}}}', JSON)


VIEWS: dict[str, Callable[[Seen, Experiment, Asked, Sources], dict[str, Any]]] = {"progress": progress, "rows": rows}


def listed(seen: Seen, asked: Asked, root: str, sources: Sources) -> list[Listed]:
    """The project's experiments, the newest first; the token that led here opens their pages, too."""
    found = list_experiments(seen.organisation, seen.project, stores=sources.stores)
    return [Listed(each, f"{root}{path_of(seen, each)}?token={asked.token}") for each in found]


def path_of(seen: Seen, one: ListedExperiment) -> str:
    """Where the page of one of the project's experiments lies."""
    if not one.is_kept:
        return path_to_evaluation(seen.organisation, one.id)
    return path_to(seen.organisation, seen.project.name, one.name)


def answer(status: int, body: str, kind: str = HTML) -> dict[str, Any]:
    """An answer as API Gateway takes it."""
    return {"statusCode": status, "headers": {"Content-Type": kind, **HEADERS}, "body": body}
