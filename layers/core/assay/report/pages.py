"""The pages of a project and of an experiment. Whatever anybody wrote is escaped, and only our own script runs."""

import hashlib
import json
from base64 import b64encode
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assay.domain.report import FullReport, Report
from assay.domain.run_progress import RunProgress
from assay.domain.value import JsonValue
from assay.domain.verdict import verdict
from assay.report import words
from assay.report.plots import difference_plot, interval_plot

HERE = Path(__file__).parent
SCRIPTS = ("elements", "values", "diff", "detail", "rest", "table", "live", "main")
"""The files of the script, in the order in which they need each other."""


def asset(name: str) -> str:
    """A file of ours that stands within pages."""
    return (HERE / "assets" / name).read_text(encoding="utf-8")


STYLE = Markup(asset("page.css"))  # noqa: S704  # nosec B704
SCRIPT = Markup('"use strict";\n' + "\n".join(asset(f"{name}.js") for name in SCRIPTS))  # noqa: S704  # nosec B704


def hashed(text: str) -> str:
    """The hash by which a policy lets a script or a style through."""
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = "; ".join(
    (
        "default-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        f"style-src {hashed(STYLE)}",
        f"script-src {hashed(SCRIPT)}",
    )
)
HEADERS = {
    "Content-Security-Policy": f"{POLICY}; connect-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
    "Strict-Transport-Security": "max-age=31536000",
}
"""What browsers may do with a page: show it, run our script, ask where it came from. Addresses go nowhere."""


@cache
def pages() -> Environment:
    """The templates."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    named = ("amount", "difference", "sureness", "brief", "pretty", "plain", "dollars", "missing")
    made.globals |= {name: getattr(words, name) for name in named}
    made.globals |= {"style": STYLE, "script": SCRIPT, "verdict": verdict, "plot": interval_plot, "policy": None}
    return made


def rendered(name: str, **context: object) -> str:
    """A page."""
    return pages().get_template(name).render(**context)


def embedded(text: str) -> Markup:
    """JSON that stands in a script element, where nothing ends it and nothing in it is read as HTML."""
    inert = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Markup(inert)  # noqa: S704  # nosec B704


def experiment_page(full: FullReport, *, live: RunProgress | None = None, can_ask: bool = False) -> str:
    """The page of an experiment, as it goes or as it ended; one that cannot ask for more is a file by itself."""
    report = full.head
    return rendered(
        "experiment.html",
        report=report,
        live=live,
        facts=words.facts(report),
        answer=words.answer(report),
        doubts=list(words.doubts(report)),
        figures=words.figures(report),
        is_shared_axis=any(score.statistics.bounds is not None for score in report.scores),
        beside_plot=lambda score: difference_plot(score, report),
        embedded_facts=embedded(json.dumps(script_facts(report, live, can_ask=can_ask))),
        embedded_rows=embedded(f"[{','.join(full.rows)}]"),
        policy=None if can_ask else POLICY,
    )


def script_facts(report: Report, live: RunProgress | None, *, can_ask: bool) -> dict[str, JsonValue]:
    """What our script must know beside the rows."""
    return {
        "scores": [
            {
                "name": score.name,
                "share": score.statistics.bounds is not None,
                "higher": score.statistics.higher_is_better,
            }
            for score in report.scores
        ],
        "faults": [{"evaluator": fault.evaluator, "kind": fault.kind} for fault in report.faults],
        "trials": report.trials,
        "datapoints": report.datapoints,
        "more": can_ask,
        "base": report.base.name if report.base else None,
        "live": live.model_dump(mode="json") if live else None,
    }


def refused_page(reason: str, back: str) -> str:
    """Why a page is not to be had so, and the address at which it is."""
    return rendered("refused.html", reason=reason, back=back)


def gone_page() -> str:
    """What is said to a link that opens nothing."""
    return rendered("gone.html")
