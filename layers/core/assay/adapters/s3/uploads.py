"""Files that clients upload to the bucket themselves: a form that is signed for one key, read line by line."""

from collections.abc import Iterator
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from assay.adapters.s3.bucket import ABSENT, code
from assay.domain.errors import NotFound
from assay.domain.upload import LIFE, MOST_BYTES, Form

TAG = "<Tagging><TagSet><Tag><Key>kind</Key><Value>upload</Value></Tag></TagSet></Tagging>"
"""By which the lifecycle rule finds what nobody claimed."""
READ_AT_ONCE = 1024 * 1024


def signing_client() -> Any:
    """boto3's client of S3 with the signatures that forms for encrypted objects need."""
    return boto3.client("s3", config=Config(signature_version="s3v4"))


class S3Uploads:
    """Implements ports.Uploads. `client` is boto3's, which signs by Signature Version 4."""

    def __init__(self, client: Any, bucket: str) -> None:
        self.client, self.bucket = client, bucket

    def form(self, organisation: str, dataset_id: str, upload_id: str) -> Form:
        signed = self.client.generate_presigned_post(
            self.bucket,
            key(organisation, dataset_id, upload_id),
            Fields={"tagging": TAG},
            Conditions=[{"tagging": TAG}, ["content-length-range", 1, MOST_BYTES]],
            ExpiresIn=int(LIFE.total_seconds()),
        )
        return Form(url=signed["url"], fields=signed["fields"])

    def lines(self, organisation: str, dataset_id: str, upload_id: str) -> Iterator[bytes]:
        try:
            found = self.client.get_object(Bucket=self.bucket, Key=key(organisation, dataset_id, upload_id))
        except ClientError as error:
            if code(error) in ABSENT:
                raise NotFound("upload", upload_id) from error
            raise
        yield from found["Body"].iter_lines(READ_AT_ONCE)

    def forget(self, organisation: str, dataset_id: str, upload_id: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=key(organisation, dataset_id, upload_id))


def key(organisation: str, dataset_id: str, upload_id: str) -> str:
    return f"{organisation}/uploads/{dataset_id}/{upload_id}.jsonl"
