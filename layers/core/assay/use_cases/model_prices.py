"""The prices of the models that an evaluation asks, where its cost is limited."""

from collections.abc import Iterable

from assay.domain.allowance import COST_LIMITS, Whose
from assay.domain.errors import ConfigurationError, InvalidRequest
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.price import Price
from assay.domain.task import AnyTask, Task
from assay.ports import Prices


def asked_models(task: AnyTask | None, evaluators: Iterable[EvaluatorVersion]) -> list[Task]:
    """The model of a task that we run ourselves, if it is one, and those that judge."""
    own = [] if task is None or task.kind == "code" else [task.as_model()]
    judging = (model for version in evaluators for model in (version.model, version.embedder))
    return own + [model for model in judging if model]


def require_prices(models: Iterable[Task], prices: Prices, by: Whose) -> None:
    """Raises InvalidRequest where the price of one of the models is not known: no limit on its cost could be kept."""
    try:
        model_prices(models, prices, by)
    except ConfigurationError as error:
        raise InvalidRequest(str(error), ("max_cost",)) from error


def model_prices(models: Iterable[Task], prices: Prices, by: Whose) -> dict[str, Price]:
    """The price of each model, by Task.priced_as, for a limit on the cost. Raises ConfigurationError where one is not
    known.
    """
    found = {}
    for model in models:
        price = prices.price(model.provider, model.model)
        if price is None:
            limit = f"A limit on the cost ({COST_LIMITS[by]}) cannot be kept"
            raise ConfigurationError(f"{limit}: the price of {model.priced_as} is not known.")
        found[model.priced_as] = price
    return found
