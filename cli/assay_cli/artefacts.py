"""The bucket from which the local cloud takes what `sam deploy` brings it."""

from contextlib import suppress

import boto3

BUCKET = "assay-artefacts"


def make_bucket() -> None:
    """Makes the bucket unless it is there: also where only its name outlived a cloud that was killed."""
    s3 = boto3.client("s3")
    with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
        s3.create_bucket(Bucket=BUCKET)
