"""The pages of a project and of an experiment. Whatever anybody wrote is escaped, and nothing on a page can run."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from typing import NamedTuple

from jinja2 import DictLoader, Environment, StrictUndefined

from assay.domain.comparison import unit
from assay.use_cases.view_experiment import ExperimentView

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0 2rem; width: 100%; }
th, td { border-bottom: 1px solid #ccc; padding: .3rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; }
h1, p { overflow-wrap: anywhere; }
""".strip()

FRAME = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex"><title>{{% block title %}}{{% endblock %}}</title><style>{STYLE}</style></head>
<body>{{% block body %}}{{% endblock %}}</body></html>
"""

EXPERIMENT = """{% extends "frame" %}{% block title %}{{ view.experiment.name }}{% endblock %}{% block body %}
<h1>{{ view.experiment.name }}</h1>
<p>Project {{ view.project.name }}. Begun {{ view.experiment.created_at.strftime("%Y-%m-%d %H:%M:%S") }} UTC.
{% if view.evaluation %}It is {{ view.evaluation.status }}. {{ view.evaluation.dataset.datapoints }} rows,
{{ view.evaluation.trials }} trial{{ "" if view.evaluation.trials == 1 else "s" }} each.
{{ view.evaluation.reason or "" }}{% endif %}</p>
{% if view.comparison %}
<p>{% if view.base_name %}Compared with {{ view.base_name }}.
{% else %}There was nothing to compare it with.{% endif %}</p>
{% for title, lines in (("Scores", view.comparison.scores), ("Metrics", view.comparison.metrics)) %}{% if lines %}
<h2>{{ title }}</h2>
<table><thead><tr><th scope="col">Name</th><th scope="col">Mean</th><th scope="col">Difference</th>
<th scope="col">Better</th><th scope="col">Worse</th></tr></thead><tbody>
{% for line in lines %}<tr><td>{{ line.name }}</td>
<td>{{ "%.6g" | format(line.mean) }} {{ unit(line.name) if title == "Metrics" else "" }}</td>
<td>{{ "%+.6g" | format(line.diff) if line.diff is not none else "" }}</td>
<td>{{ line.improvements }}</td><td>{{ line.regressions }}</td></tr>
{% endfor %}</tbody></table>{% endif %}{% endfor %}
{% else %}<p>There are no numbers yet. Load the page again when the run is over.</p>{% endif %}
{% endblock %}"""

PROJECT = """{% extends "frame" %}{% block title %}{{ project }}{% endblock %}{% block body %}
<h1>{{ project }}</h1>
{% if links %}<table><thead><tr><th scope="col">Experiment</th><th scope="col">Begun</th></tr></thead><tbody>
{% for link in links %}<tr><td><a href="{{ link.address }}">{{ link.name }}</a></td><td>{{ link.begun }}</td></tr>
{% endfor %}</tbody></table>{% else %}<p>No experiments yet.</p>{% endif %}
{% endblock %}"""

GONE = """{% extends "frame" %}{% block title %}No longer here{% endblock %}{% block body %}
<h1>This link does not open anything</h1>
<p>It has ended, or was cut off, or what it led to was deleted. Ask the API for a new one.</p>
{% endblock %}"""

PAGES = Environment(
    loader=DictLoader({"frame": FRAME, "experiment": EXPERIMENT, "project": PROJECT, "gone": GONE}),
    autoescape=True,
    undefined=StrictUndefined,
)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    f"style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
"""What browsers may do with a page: show it. Addresses with their tokens go nowhere."""


class Link(NamedTuple):
    """An experiment on its project's page."""

    name: str
    address: str
    begun: str


def experiment_page(view: ExperimentView) -> str:
    """What an experiment came to."""
    return rendered("experiment", view=view, unit=unit)


def project_page(project: str, links: Sequence[Link]) -> str:
    """A project's experiments."""
    return rendered("project", project=project, links=links)


def gone_page() -> str:
    """What is said to a link that opens nothing."""
    return rendered("gone")


def rendered(name: str, **context: object) -> str:
    """A page."""
    return PAGES.get_template(name).render(**context)
