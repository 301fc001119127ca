"""Evaluators are added to an evaluation: those that we run judge the logs that there are, and nothing is generated."""

from collections.abc import Sequence

from assay.domain.errors import IllegalTransition
from assay.domain.evaluation import Evaluation
from assay.domain.evaluators.evaluator import EvaluatorVersion
from assay.ports import Clock, Executions, Resources
from assay.use_cases.races import settled
from assay.use_cases.sent_keys import NOTHING_SENT, SentKeys
from assay.use_cases.start_evaluation import latest_versions


def add_evaluators(
    organisation: str,
    evaluation_id: str,
    evaluator_ids: Sequence[str],
    version_ids: Sequence[str],
    *,
    resources: Resources,
    executions: Executions,
    sent: SentKeys = NOTHING_SENT,
    clock: Clock,
) -> Evaluation:
    """The evaluation with more evaluators, by id in their present version or pinned (contracts/humanloop-v4.md §2.8).

    Those that are attached already stay as they are; the others judge with the provider keys that were `sent`. Raises
    NotFound, and IllegalTransition where it was cut off.
    """
    named = latest_versions(organisation, evaluator_ids, resources=resources)
    pinned = resources.get_many(organisation, EvaluatorVersion, dict.fromkeys(version_ids))
    addition = Addition(organisation, named, pinned, resources=resources, executions=executions, sent=sent, clock=clock)
    return settled(lambda: addition.made(resources.get(organisation, Evaluation, evaluation_id)))


class Addition:
    """Evaluator versions to be attached."""

    def __init__(
        self,
        organisation: str,
        named: Sequence[EvaluatorVersion],
        pinned: Sequence[EvaluatorVersion],
        *,
        resources: Resources,
        executions: Executions,
        sent: SentKeys,
        clock: Clock,
    ) -> None:
        self.organisation, self.named, self.pinned = organisation, named, pinned
        self.resources, self.executions, self.sent, self.clock = resources, executions, sent, clock

    def made(self, before: Evaluation) -> Evaluation:
        """The evaluation after the addition. Raises Conflict and IllegalTransition."""
        new = self.new_to(before)
        if not new:
            return before
        if before.is_cut_off:
            raise IllegalTransition(f"The evaluation is {before.status}; it can get no evaluators.")
        after = self.attached(before, new)
        self.sent.keep_for(before.pass_after(self.organisation))
        self.resources.replace(self.organisation, before, after)
        if after.passes > before.passes:
            self.executions.start(after.latest_pass(self.organisation))
        return after

    def new_to(self, evaluation: Evaluation) -> list[EvaluatorVersion]:
        """What is not attached yet: by id an evaluator in whatever version, pinned a version."""
        versions = self.resources.get_many(self.organisation, EvaluatorVersion, evaluation.evaluator_versions)
        evaluators = {each.evaluator_id for each in versions}
        named = [each for each in self.named if each.evaluator_id not in evaluators]
        attached = {each.id for each in versions}
        found = {each.id: each for each in (*named, *self.pinned) if each.id not in attached}
        return list(found.values())

    def attached(self, before: Evaluation, new: Sequence[EvaluatorVersion]) -> Evaluation:
        """The evaluation with the versions; those that we run are a round, and start a pass unless one is under way."""
        runtime = tuple(each.id for each in new if each.is_runtime)
        changes = {
            "rounds": (*before.rounds, runtime) if runtime else before.rounds,
            "posted": (*before.posted, *(each.id for each in new if not each.is_runtime)),
            "status": "running" if before.status == "completed" else before.status,
        }
        now = self.clock.now()
        if runtime and not before.is_working:
            return before.with_next_pass(now, **changes)
        return before.revised(now, **changes)
