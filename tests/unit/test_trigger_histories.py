"""Events of a trigger and ends of its evaluations, in any order and any number of times: what always holds."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from assay.domain.trigger import EvaluationEnded
from tests.support.triggering import ORGANISATION, World


class Deliveries(RuleBasedStateMachine):
    """Events and ends in any order, each any number of times."""

    policy = "queue"

    def __init__(self):
        super().__init__()
        self.world, self.events = World(self.policy), set()

    @property
    def under_way(self):
        over = {each.id for each in self.world.evaluations if each.is_over}
        return [each for each in self.world.started if each not in over]

    @rule(number=st.integers(1, 12))
    def deliver(self, number):
        self.events.add(number)
        self.world.deliver(number)

    @rule()
    def tell_of_an_end_again(self):
        self.world.do(EvaluationEnded(organisation=ORGANISATION, trigger_id="trg_1"))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def end(self, data):
        self.world.end(data.draw(st.sampled_from(self.under_way)))

    @precondition(lambda self: self.world.evaluations)
    @rule(data=st.data())
    def cancel(self, data):
        self.world.end(data.draw(st.sampled_from([each.id for each in self.world.evaluations])), "cancelled")

    @invariant()
    def one_is_under_way_at_most(self):
        assert len(self.under_way) <= 1

    @invariant()
    def there_is_one_evaluation_for_an_event_at_most(self):
        assert len(self.world.evaluations) <= len(self.events)

    def teardown(self):
        while self.under_way:
            self.world.end(self.under_way[0])
        assert all(each.is_over for each in self.world.evaluations)
        assert self.world.waiting == []


class Skipping(Deliveries):
    policy = "skip"


class Replacing(Deliveries):
    policy = "replace"


TestQueue = Deliveries.TestCase
TestSkip = Skipping.TestCase
TestReplace = Replacing.TestCase
for case in (TestQueue, TestSkip, TestReplace):
    case.settings = settings(max_examples=30, stateful_step_count=25, deadline=None)
