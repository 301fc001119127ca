"""Bodies of launches that are too large for an event: JSON objects that users put into the bucket."""

from pydantic import TypeAdapter, ValidationError

from assay.adapters.s3.bucket import Bucket
from assay.domain.errors import Forbidden, InvalidRequest, NotFound
from assay.domain.value import JsonValue

BODY: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


class S3LaunchBodies:
    """Implements ports.LaunchBodies."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def body(self, organisation: str, key: str) -> dict[str, JsonValue]:
        if not key.startswith(f"{organisation}/launches/"):
            raise Forbidden(f"A launch's body lies under {organisation}/launches/.")
        body = self.bucket.get(key)
        if body is None:
            raise NotFound("launch body", key)
        try:
            return BODY.validate_json(body)
        except ValidationError as error:
            raise InvalidRequest(f"{key} is no JSON object.") from error
