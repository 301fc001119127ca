"""The bucket from which the local cloud takes what `sam deploy` brings it."""

import boto3

BUCKET = "assay-artefacts"


def make_bucket() -> None:
    """Makes the bucket unless it is there; in this region S3 says nothing against making it again."""
    boto3.client("s3").create_bucket(Bucket=BUCKET)
