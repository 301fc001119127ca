"""What a model was asked, exactly, in a few characters: answers that are kept are found by it."""

import hashlib

from assay.domain.ids import canonical_json
from assay.domain.model_task import ModelCall
from assay.domain.value import JsonValue

TEMPLATES = {"prompt_template", "chat_template"}
"""What the messages were made from: models never see it, and two templates may make the same messages."""


def request_key(address: str, call: ModelCall, trial: int) -> str:
    """The same for the same model at the same address, asked the same with the same parameters, in the same trial.

    Trials of one row ask the same, and each of them is to have an answer of its own.
    """
    request: JsonValue = {
        "address": address,
        "task": call.task.model_dump(mode="json", exclude=TEMPLATES),
        "messages": [message.wire() for message in call.messages],
        "trial": trial,
    }
    return hashlib.sha256(canonical_json(request).encode()).hexdigest()
