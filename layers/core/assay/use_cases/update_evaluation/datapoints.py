"""Which row of an evaluation a datapoint is."""

from assay.domain.errors import InvalidRequest
from assay.domain.evaluation import Evaluation
from assay.domain.identity import parse_datapoint_id
from assay.ports import Datasets


def ordinal_of(organisation: str, evaluation: Evaluation, datapoint_id: str, place: str, *, datasets: Datasets) -> int:
    """The ordinal of the datapoint's first trial. Raises InvalidRequest at `place` where the version lacks it."""
    found = parse_datapoint_id(datapoint_id)
    version = evaluation.dataset
    if found is not None and found.dataset_id == version.dataset_id:
        first = 0
        for commit in datasets.commits(organisation, version.dataset_id, version.sequence):
            if commit.segment == found.segment and found.line < commit.rows:
                return (first + found.line) * evaluation.trials
            first += commit.rows
    raise InvalidRequest("This is no datapoint of the dataset version that is evaluated.", (place,))
