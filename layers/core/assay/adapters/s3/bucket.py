"""The bucket: objects read and written, S3's errors as ours."""

from collections.abc import Iterable, Iterator
from typing import Any

from botocore.exceptions import ClientError

from assay.adapters.batches import batches
from assay.domain.errors import ConfigurationError, Conflict, TooMuch

ABSENT = frozenset({"NoSuchKey", "404"})
PRESENT = frozenset({"PreconditionFailed", "412"})
RACES = frozenset({"ConditionalRequestConflict", "409"})
"""Somebody else is writing the object at this moment, and may yet fail: only asking again tells whether it is there."""
ATTEMPTS = 5
MOST_AT_ONCE = 16 * 1024 * 1024
"""No page of rows and no chunk's datapoints need more bytes at once, and whoever pages must not fill our memory."""
JSON_LINES = "application/x-ndjson"
PART_BYTES = 8 * 1024 * 1024
"""Of an object that is written in parts; S3 wants 5 MB at least, and at most 10,000 of them."""
BYTES = "application/octet-stream"

DELETED_AT_ONCE = 1000
"""The limit of DeleteObjects."""


class Bucket:
    """An S3 client bound to the bucket. `client` is boto3's."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def get(self, key: str, span: tuple[int, int] | None = None) -> bytes | None:
        """The object, or its bytes from span[0] up to span[1]; None where there is none."""
        if span and span[0] >= span[1]:
            return b""
        part = {"Range": f"bytes={span[0]}-{span[1] - 1}"} if span else {}
        try:
            body: bytes = self.client.get_object(Bucket=self.name, Key=key, **part)["Body"].read()
        except ClientError as error:
            if code(error) in ABSENT:
                return None
            raise refused(error, key) or error from error
        return body

    def rows(self, key: str, span: tuple[int, int]) -> bytes:
        """The bytes of some rows, nothing where there is no object. Raises TooMuch where they are over 16 MB."""
        if (size := span[1] - span[0]) > MOST_AT_ONCE:
            raise TooMuch(f"These rows are {size} bytes: ask for fewer at a time.")
        return self.get(key, span) or b""

    def metadata(self, key: str) -> dict[str, str] | None:
        """What was written beside the object, without a byte of it; None where there is none."""
        try:
            found: dict[str, str] = self.client.head_object(Bucket=self.name, Key=key)["Metadata"]
        except ClientError as error:
            if code(error) in ABSENT:
                return None
            raise refused(error, key) or error from error
        return found

    def put(self, key: str, body: bytes, content_type: str = "application/json") -> None:
        """Writes the object, over whatever was there."""
        self.client.put_object(Bucket=self.name, Key=key, Body=body, ContentType=content_type)

    def put_checkpoint(self, key: str, body: bytes) -> None:
        """As `put`, tagged so that the lifecycle rule for checkpoints finds it."""
        self.client.put_object(Bucket=self.name, Key=key, Body=body, ContentType=JSON_LINES, Tagging="kind=checkpoint")

    def put_once(
        self,
        key: str,
        body: bytes,
        content_type: str = "application/json",
        metadata: dict[str, str] | None = None,
    ) -> bool:
        """Writes the object unless there is one; says whether it did. Raises Conflict where others keep at it, too."""
        wish = {"Bucket": self.name, "Key": key, "ContentType": content_type, "Metadata": metadata or {}}
        for _ in range(ATTEMPTS):
            try:
                self.client.put_object(**wish, Body=body, IfNoneMatch="*")
            except ClientError as error:
                if code(error) in PRESENT:
                    return False
                if code(error) not in RACES:
                    raise
            else:
                return True
        raise Conflict(f"Others are writing {key.partition('/')[2]}, again and again.")

    def put_lines(self, key: str, lines: Iterable[bytes]) -> Iterator[int]:
        """Writes one object of the lines, over whatever was there, and tells the length of each as it goes.

        It is there when all of them are told, and not before. Only a part of it is in memory at any time.
        """
        upload = None
        parts: list[dict[str, Any]] = []
        buffer = bytearray()
        for line in lines:
            buffer += line
            yield len(line)
            if len(buffer) >= PART_BYTES:
                upload = upload or self.client.create_multipart_upload(Bucket=self.name, Key=key)["UploadId"]
                parts.append(self.put_part(key, upload, len(parts) + 1, bytes(buffer)))
                buffer.clear()
        if upload is None:
            self.put(key, bytes(buffer))
            return
        if buffer:
            parts.append(self.put_part(key, upload, len(parts) + 1, bytes(buffer)))
        self.client.complete_multipart_upload(
            Bucket=self.name, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
        )

    def put_part(self, key: str, upload: str, number: int, body: bytes) -> dict[str, Any]:
        """Writes one part of an upload and returns what names it."""
        answer = self.client.upload_part(Bucket=self.name, Key=key, UploadId=upload, PartNumber=number, Body=body)
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under `prefix`, in byte order."""
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
            yield from (item["Key"] for item in page.get("Contents", ()))

    def delete_many(self, keys: Iterable[str]) -> int:
        """Deletes the objects; says how many. Raises ClientError where one of them could not be."""
        count = 0
        for batch in batches(keys, DELETED_AT_ONCE):
            wish = {"Objects": [{"Key": key} for key in batch], "Quiet": True}
            answer = self.client.delete_objects(Bucket=self.name, Delete=wish)
            if failed := answer.get("Errors"):
                raise ClientError({"Error": failed[0]}, "DeleteObjects")
            count += len(batch)
        return count


def code(error: ClientError) -> str:
    """S3's name for what went wrong."""
    return str(error.response.get("Error", {}).get("Code", ""))


def refused(error: ClientError, key: str) -> ConfigurationError | None:
    """AWS answers 403 for an absent key where s3:ListBucket is missing: that is the stack's fault, and said so."""
    if code(error) not in {"AccessDenied", "403"}:
        return None
    return ConfigurationError(
        f"Reading {key.partition('/')[2]} is denied: the role lacks s3:GetObject or s3:ListBucket."
    )


def jsonl(rows: Iterable[Any]) -> bytes:
    """Pydantic values as JSON lines."""
    return b"".join(row.model_dump_json().encode() + b"\n" for row in rows)
