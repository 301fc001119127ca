"""Bodies of items: in the item while they are small, else in S3 under the hash of what they say."""

import hashlib
from typing import Any, TypeVar

from assay.adapters.s3.bucket import Bucket
from assay.domain.errors import ConfigurationError
from assay.domain.value import Value

V = TypeVar("V", bound=Value)
MOST_INLINE_BYTES = 100_000


class Documents:
    """Writes and reads what items say."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def fields(self, organisation: str, evaluation_id: str, item: str, value: Value) -> dict[str, Any]:
        """The attributes that carry `value`. A large one is in S3 before any item points to it, and never changes."""
        body = value.model_dump_json().encode()
        if len(body) <= MOST_INLINE_BYTES:
            return {"document": {"S": body.decode()}}
        sha256 = hashlib.sha256(body).hexdigest()
        key = f"{organisation}/evaluations/{evaluation_id}/posted/{item.replace('#', '-')}/{sha256}.json"
        self.bucket.put(key, body)
        return {"body": {"S": key}, "size": {"N": str(len(body))}, "sha256": {"S": sha256}}

    def parsed(self, organisation: str, kind: type[V], item: dict[str, Any]) -> V:
        """What the item says. Raises ConfigurationError where its body is not as it was written."""
        if "document" in item:
            return kind.model_validate_json(item["document"]["S"])
        key = item["body"]["S"]
        body = (self.bucket.get(key) if key.startswith(f"{organisation}/") else None) or b""
        if hashlib.sha256(body).hexdigest() != item["sha256"]["S"]:
            raise ConfigurationError(f"{key} is not in the bucket as it was written.")
        return kind.model_validate_json(body)
