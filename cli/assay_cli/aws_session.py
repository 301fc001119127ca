"""Which AWS the process speaks to: the local cloud, or the account of the user's own credentials."""

import os

import boto3

from assay_cli.announcement import Account
from assay_cli.env_file import HOST, aws_variables
from assay_cli.errors import CommandFailed

KEPT_FROM_PROGRAMS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY")


def speak_to(cloud_url: str) -> None:
    """From here on every AWS client of this process, and every program it starts, speaks to the local cloud."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(aws_variables(cloud_url))
    os.environ.update(AWS_CONFIG_FILE=os.devnull, AWS_SHARED_CREDENTIALS_FILE=os.devnull)
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, [os.environ.get("NO_PROXY"), HOST]))


def require_account() -> Account:
    """The account and region to which the AWS credentials lead. Raises CommandFailed for the local cloud."""
    if "AWS_ENDPOINT_URL" in os.environ:
        raise CommandFailed("AWS_ENDPOINT_URL is set: the local cloud is for `assay up`. Unset it to deploy to AWS.")
    session = boto3.Session()
    if session.region_name is None:
        raise CommandFailed("No AWS region: set AWS_REGION.")
    return Account(session.client("sts").get_caller_identity()["Account"], session.region_name)
