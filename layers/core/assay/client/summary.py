"""What an experiment comes to, as a notebook shows it."""

from typing import Any

TEMPLATE = """
<table>
<caption>{% if url %}<a href="{{ url }}">{{ name }}</a>{% else %}{{ name }}{% endif %} is {{ status }}
{%- if base %}, beside {{ base }}{% endif %}</caption>
<tr><th>score</th><th>mean</th><th>95% interval</th><th>datapoints</th><th>errors</th>
<th>difference</th><th>95% interval</th><th>p</th></tr>
{% for line in lines %}
<tr><th>{{ line.name }}</th>{% for cell in line.cells %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</table>
"""
NOTHING = "\N{EN DASH}"


class ExperimentSummary(dict[str, Any]):
    """The summary as the API has it; a notebook shows it as a table."""

    def _repr_html_(self) -> str:
        from jinja2 import Environment  # noqa: PLC0415 - only notebooks need it

        lines = [{"name": name, "cells": cells(one)} for name, one in (self.get("statistics") or {}).items()]
        url = str(self.get("experiment_url") or "")
        return (
            Environment(autoescape=True)
            .from_string(TEMPLATE)
            .render(
                url=url if url.startswith(("https://", "http://")) else "",
                name=self.get("experiment_name"),
                status=self.get("status"),
                base=self.get("comparison_experiment_name"),
                lines=lines,
            )
        )


def cells(one: dict[str, Any]) -> list[str]:
    """One score's numbers, as people read them."""
    beside = one.get("comparison") or {}
    errors = sum((one.get("n_errors") or {}).values())
    return [
        number(one.get("mean")),
        interval(one.get("ci"), one.get("silence")),
        str(one.get("n_items", NOTHING)),
        str(errors),
        number(beside.get("diff"), "+.3f"),
        interval(beside.get("ci"), beside.get("silence")),
        number(beside.get("p_value")),
    ]


def number(value: float | None, form: str = ".3f") -> str:
    """A number in so many digits."""
    return NOTHING if value is None else format(value, form)


def interval(found: dict[str, Any] | None, silence: str | None) -> str:
    """Both ends of an interval, or why there is none."""
    return f"{number(found['low'])} to {number(found['high'])}" if found else silence or NOTHING
