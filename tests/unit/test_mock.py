"""The provider `mock`, where it is made to call a function: it judges so that its judgement can be read."""

import asyncio
import json

from assay.adapters.providers.mock import MockProvider
from assay.domain.evaluators.scorer import PromptScorer
from assay.domain.prompt_data import LlmClassifier
from assay.domain.prompt_task import Prompt

JUDGE = PromptScorer(
    prompt=Prompt(model="mock", messages=({"role": "user", "content": "Is {{output}} right?"},)),
    classifier=LlmClassifier(type="llm_classifier", use_cot=True, choice_scores={"yes": 1, "no": 0}),
)


def judged(output):
    """The judge's answer, and what is made of it."""
    call = JUDGE.call({"output": output})
    completion = asyncio.run(MockProvider().complete(call.task, call.messages))
    return completion, JUDGE.result(completion)


def test_a_judge_by_the_mock_chooses_and_chooses_the_same_again():
    found = [judged(f"The answer is {n}.")[1] for n in range(20)]
    assert found == [judged(f"The answer is {n}.")[1] for n in range(20)]
    assert {one["score"] for one in found} == {0, 1}
    assert {one["metadata"]["rationale"] for one in found} == {"The mock chooses without a reason."}


def test_what_it_calls_is_paid_for_like_any_answer():
    completion, _ = judged("x")
    spoken = json.loads(completion.message.tool_calls[0].function.arguments)
    assert spoken.keys() == {"reasons", "choice"}
    assert completion.usage.output_tokens > len(spoken)
