"""Environments: a slug under which an object stands in a version of its own, such as `production`."""

from assay.domain.value import Resource


class EnvironmentPin(Resource):
    """That an object stands in a version under an environment's slug; `version` is a transaction id in decimals."""

    object_type: str
    object_id: str
    slug: str
    version: str


def pin_id(object_type: str, object_id: str, slug: str) -> str:
    """The id under which a pin is kept."""
    return f"{object_type}/{object_id}/{slug}"
