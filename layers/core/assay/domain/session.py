"""Sessions: logs that belong together."""

from assay.domain.value import Resource


class Session(Resource):
    """A session that was made before there were logs of it; one that logs name by themselves needs none."""

    made_in: str | None = None
