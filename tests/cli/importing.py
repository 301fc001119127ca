"""An export that goes into a stand-in of the API."""

from typing import NamedTuple

from assay_cli.importing.humanloop.taking_over import TakingOver

JUDGE = {"evaluator_type": "llm", "arguments_type": "target_free", "return_type": "boolean"}


class Came(NamedTuple):
    """What came of an import."""

    told: list[tuple[str, ...]]
    left_out: list[str]
    broken: list[str]


def imported(api, export):
    told = []
    over = TakingOver(api.client, told.append)
    over.export(export.folder)
    return Came(told, over.left_out, over.broken)
