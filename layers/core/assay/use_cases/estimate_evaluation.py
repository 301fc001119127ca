"""What an evaluation would come to, without launching it."""

from assay.domain.dataset import Datapoint
from assay.domain.estimate import OUTPUT_TOKENS, Estimate, Range, cost, duration, judge_calls, summed, task_calls
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.domain.task import Config
from assay.ports import Datasets, Prices, Resources

PIECE = 16
"""Datapoints looked at in each of three places: the beginning, the middle and the end of the dataset."""


def estimate_evaluation(
    organisation: str, evaluation: Evaluation, *, resources: Resources, datasets: Datasets, prices: Prices
) -> Estimate:
    """The estimate for an evaluation that is not created (use_cases/start_evaluation.new_evaluation)."""
    sample = sampled(organisation, evaluation, datasets)
    rows = evaluation.dataset.datapoints * evaluation.trials
    config = resources.get(organisation, Config, evaluation.config_id)
    generated = task_calls(config.task, rows, sample) if evaluation.generated_by == "server" else []
    output = generated[0].output if generated else Range(low=OUTPUT_TOKENS[0], high=OUTPUT_TOKENS[1])
    versions = resources.get_many(organisation, EvaluatorVersion, evaluation.evaluator_versions)
    judged = [one for version in versions for one in judge_calls(version, rows, sample, output)]
    every = generated + judged
    return Estimate(
        rows=rows,
        sampled=len(sample),
        calls=sum(one.calls for one in every),
        prompt_tokens=summed([one.prompt.times(one.calls) for one in every]),
        output_tokens=summed([one.output.times(one.calls) for one in every]),
        cost=cost([one.cost(prices.price(one.provider, one.model)) for one in every]),
        seconds=duration(rows, evaluation.max_concurrency, len(every)),
    )


def sampled(organisation: str, evaluation: Evaluation, datasets: Datasets) -> list[Datapoint]:
    """Some datapoints of the dataset: all of a small one, else pieces of it."""
    version = evaluation.dataset
    last = max(version.datapoints - PIECE, 0)
    starts = sorted({0, last // 2, last})
    spans = [range(start, min(start + PIECE, version.datapoints)) for start in starts]
    rows = [row for span in spans for row in datasets.rows(organisation, version.dataset_id, version.sequence, span)]
    return list({row.id: row for row in rows}.values())
