"""What an evaluation would come to, without launching it."""

from collections.abc import Sequence

from assay.domain.dataset import Datapoint, DatasetVersion
from assay.domain.estimate import OUTPUT_TOKENS, Estimate, Range, Tokens, cost, duration, judge_calls, task_calls
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.task import AnyTask, Config
from assay.ports import Datasets, Prices, Resources

PIECE = 16
"""Datapoints looked at in each of three places: the beginning, the middle and the end of the dataset."""


def estimate_evaluation(
    organisation: str, evaluation: Evaluation, *, resources: Resources, datasets: Datasets, prices: Prices
) -> Estimate:
    """The estimate for an evaluation that is not created (use_cases/start_evaluation.new_evaluation)."""
    config = resources.get(organisation, Config, evaluation.config_id)
    versions = resources.get_many(organisation, EvaluatorVersion, evaluation.evaluator_versions)
    task = config.task if evaluation.generated_by == "server" else None
    return estimated(evaluation, task, versions, sampled(organisation, evaluation.dataset, datasets), prices)


def estimated(
    evaluation: Evaluation,
    task: AnyTask | None,
    versions: Sequence[EvaluatorVersion],
    sample: Sequence[Datapoint],
    prices: Prices,
) -> Estimate:
    """The estimate from a sample of the rows; `task` is None where outputs are made elsewhere."""
    rows = evaluation.dataset.datapoints * evaluation.trials
    generated = task_calls(task, rows, sample) if task else []
    output = generated[0].output if generated else Range(low=OUTPUT_TOKENS[0], high=OUTPUT_TOKENS[1])
    judged = [one for version in versions for one in judge_calls(version, rows, sample, output)]
    every = generated + judged
    found = Estimate(
        rows=rows,
        sampled=len(sample),
        calls=sum(one.calls for one in every),
        prompt_tokens=Tokens.of([one.prompt.times(one.calls) for one in every]),
        output_tokens=Tokens.of([one.output.times(one.calls) for one in every]),
        cost=cost([one.cost(prices.price(one.provider, one.model)) for one in every]),
        seconds=duration(rows, evaluation.max_concurrency, len(every)),
    )
    return found.with_cache() if evaluation.cache else found


def sampled(organisation: str, version: DatasetVersion, datasets: Datasets) -> list[Datapoint]:
    """Some datapoints of the dataset: all of a small one, else pieces of it."""
    rows = [
        row
        for span in pieces(version.datapoints)
        for row in datasets.rows(organisation, version.dataset_id, version.sequence, span)
    ]
    return list({row.id: row for row in rows}.values())


def spread(rows: Sequence[Datapoint]) -> list[Datapoint]:
    """Some of the rows, as many as `sampled`, at even distances."""
    wanted = min(len(rows), 3 * PIECE)
    return [rows[index * len(rows) // wanted] for index in range(wanted)]


def pieces(rows: int) -> list[range]:
    """Where to look: at the beginning, in the middle and at the end."""
    last = max(rows - PIECE, 0)
    return [range(start, min(start + PIECE, rows)) for start in sorted({0, last // 2, last})]
