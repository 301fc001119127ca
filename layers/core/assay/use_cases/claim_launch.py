"""One experiment for one launch, however often a client asks for it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from assay.domain.claim import LIFE, Attempt, Claim
from assay.domain.errors import AlreadyExists, Conflict, KeyReused, NotFound, RequestError
from assay.domain.evaluation import Evaluation
from assay.domain.experiment import Experiment
from assay.ports import Clock, Resources
from assay.use_cases.await_experiment import Pause
from assay.use_cases.races import settled

BIRTH = timedelta(seconds=30)
"""How long after its claim an experiment may take to appear."""
AFTERWARDS = timedelta(minutes=5)
"""How long after its end an experiment may still be the one that a repeated request means."""
REST = 0.2

Launch = Callable[[str], Experiment]
"""Makes the experiment of the id that it is given."""


class Launches:
    """The claims of an organisation."""

    def __init__(self, organisation: str, *, resources: Resources, clock: Clock, pause: Pause) -> None:
        self.organisation, self.resources, self.clock, self.pause = organisation, resources, clock, pause

    def once(self, attempt: Attempt, experiment_id: str, launch: Launch) -> Experiment:
        """The experiment that the attempt is for: launched now under `experiment_id`, or joined where it is there.

        Raises KeyReused where the attempt's key stands for another request, and what `launch` raises.
        """
        claim = settled(lambda: self.claimed(attempt, experiment_id))
        if claim.experiment_id != experiment_id:
            return self.awaited(claim) or self.once(attempt, experiment_id, launch)
        try:
            experiment = launch(experiment_id)
        except RequestError:
            with suppress(Conflict):
                self.resources.delete(self.organisation, claim)
            raise
        with suppress(Conflict):
            self.resources.replace(self.organisation, claim, claim.revised(self.clock.now(), launched=True))
        return experiment

    def claimed(self, attempt: Attempt, experiment_id: str) -> Claim:
        """The claim that holds: a new one for `experiment_id`, or an earlier one. Raises Conflict, KeyReused."""
        now = self.clock.now()
        mine = Claim(
            id=attempt.claim_id,
            created_at=now,
            updated_at=now,
            fingerprint=attempt.fingerprint,
            experiment_id=experiment_id,
            expires=now + LIFE,
        )
        try:
            self.resources.create(self.organisation, mine)
        except AlreadyExists:
            return self.contested(attempt, mine)
        return mine

    def contested(self, attempt: Attempt, mine: Claim) -> Claim:
        """The claim that is there, where the attempt may mean its experiment; else `mine`, in its place."""
        try:
            there = self.resources.get(self.organisation, Claim, mine.id)
        except NotFound as error:
            raise Conflict("The claim was given up just now.") from error
        lives = there.expires > mine.created_at and self.may_be_meant(there, attempt, mine.created_at)
        if lives and attempt.key is not None and there.fingerprint != attempt.fingerprint:
            raise KeyReused("This Idempotency-Key was used for another request.")
        if lives and (attempt.key is not None or attempt.is_repeated):
            return there
        new = there.revised(
            mine.created_at, created_at=mine.created_at, expires=mine.expires, fingerprint=mine.fingerprint,
            experiment_id=mine.experiment_id, launched=False,
        )  # fmt: skip
        self.resources.replace(self.organisation, there, new)
        return new

    def may_be_meant(self, claim: Claim, attempt: Attempt, now: datetime) -> bool:
        """Whether the claim's experiment is on its way, or there; one that is long over is only meant by its key."""
        evaluation = self.evaluation(claim)
        if evaluation is None:
            return not claim.launched and now - claim.created_at < BIRTH
        return attempt.key is not None or not evaluation.is_over or now - evaluation.updated_at < AFTERWARDS

    def evaluation(self, claim: Claim) -> Evaluation | None:
        """What runs for the claim."""
        experiment = self.experiment(claim)
        if experiment is None or experiment.evaluation_id is None:
            return None
        return self.resources.get(self.organisation, Evaluation, experiment.evaluation_id)

    def experiment(self, claim: Claim) -> Experiment | None:
        """The claim's experiment; None before it is there."""
        with suppress(NotFound):
            return self.resources.get(self.organisation, Experiment, claim.experiment_id)
        return None

    def awaited(self, claim: Claim) -> Experiment | None:
        """The claim's experiment once it is there; None where whoever claimed it gave up."""
        until = claim.created_at + BIRTH
        while (found := self.experiment(claim)) is None and self.clock.now() < until and self.holds(claim):
            self.pause(REST)
        return found

    def holds(self, claim: Claim) -> bool:
        """Whether the claim is still there, and what it is for still to come."""
        with suppress(NotFound):
            found = self.resources.get(self.organisation, Claim, claim.id)
            return found.experiment_id == claim.experiment_id and not found.launched
        return False
