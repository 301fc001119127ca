"""What each function asks of AWS while it runs, in IAM's words; and whether its statements allow that much and no more."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

import boto3

from assay import bootstrap
from tests.story.permissions import Statement, granted, listed
from tests.story.tree import resource_of
from tests.support.entry_points import Lambda

TABLE, BUCKET = "${Table.Arn}", "${Bucket.Arn}"
MACHINE = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${AWS::StackName}-evaluation"
SCHEDULES = "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${Schedules}"
EXECUTION = MACHINE.replace(":stateMachine:", ":execution:")
READS = {"HeadObject": "GetObject"}
"""Operations for which IAM has another's name."""
OTHERS = {
    "events": ("events:PutEvents", "${EventBus.Arn}"),
}
SECRETS = {"assay-provider-keys": "${ProviderKeysSecret.Id}", "assay-link-secret": "${LinkSecret.Id}"}
BY_LAMBDA = {
    ("sqs:SendMessage", f"${{{queue}.Arn}}") for queue in ("UnjudgedLogs", "UnstartedEvaluations", "UnerasedContent")
}
"""What Lambda itself does as the function, with an asynchronous call that failed for good, …"""
BY_CLIENTS = {(action, f"{BUCKET}/*/uploads/*") for action in ("s3:PutObject", "s3:PutObjectTagging")}
"""What clients do as the function, with a form that it has signed …"""
NEVER_ASKED = ("ec2:", "logs:", "bedrock:")
"""… and what it does to put a function into its network and to write its log; stores use the key themselves.

Bedrock is asked without boto3: tests/iam_aws_only.yaml."""


class Need(NamedTuple):
    """One thing asked of AWS: the action, what it is done to, and for a list the prefix."""

    action: str
    resource: str
    prefix: str | None = None


class Needs:
    """Notes what functions need. They must be called one after the other; only the sandbox runs while another waits."""

    def __init__(self, functions: Lambda) -> None:
        self.running = ""
        self.noted: dict[str, set[Need]] = {}
        functions.rules.append(self.note_function)

    def listen_to(self, session: boto3.Session) -> None:
        """Hears of every call that clients of the session make from now on."""
        session.events.register("before-parameter-build", self.note_call)
        for operation in ("GetObject", "HeadObject"):
            session.events.register(f"after-call.s3.{operation}", self.note_absence)

    def note_function(self, folder: str, _: dict[str, Any]) -> None:
        if folder not in {"run_python", "run_node"}:  # no client, and runs while the function that calls it waits
            self.running = folder
            bootstrap.ports.cache_clear()  # what another function has read, this one has not: processes share nothing

    def note_call(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        context["params"] = params
        self.note(needs(model.service_model.service_name, model.name, params))

    def note_absence(self, http_response: Any, context: dict[str, Any], **_: Any) -> None:
        """AWS looks whether one may list, before it says that an object is not there."""
        if http_response.status_code == 404:
            self.note([Need("s3:ListBucket", BUCKET, context["params"]["Key"])])

    def note(self, found: Any) -> None:
        self.noted.setdefault(self.running, set()).update(found)


def needs(service: str, operation: str, params: dict[str, Any]) -> Iterator[Need]:
    """What IAM is asked for when a call is made."""
    if service == "dynamodb":
        kinds = [kind for item in params.get("TransactItems", ()) for kind in item]
        for action in {f"{kind}Item" for kind in kinds} or {operation}:
            yield Need(f"dynamodb:{action}", TABLE)
    elif service == "s3":
        yield from needs_of_s3(operation, params)
    elif service == "lambda":
        yield Need("lambda:InvokeFunction", f"${{{params['FunctionName']}.Arn}}")
    elif service == "stepfunctions":
        name = params.get("executionArn", "").rpartition(":")[2]
        yield Need(f"states:{operation}", f"{EXECUTION}:{name}" if name else MACHINE)
    elif service == "kms":
        yield Need(f"kms:{operation}", "${DataKey.Arn}")
    elif service == "secretsmanager":
        yield Need("secretsmanager:GetSecretValue", SECRETS[params["SecretId"]])
    elif service == "scheduler":
        yield Need(f"scheduler:{operation}", f"{SCHEDULES}/{params['Name']}")
    else:
        yield Need(*OTHERS[service])


def needs_of_s3(operation: str, params: dict[str, Any]) -> Iterator[Need]:
    """What a call of S3 asks for; nothing where a form is only signed, which botocore calls CreateBucket."""
    if operation == "CreateBucket":
        return
    if operation == "ListObjectsV2":
        yield Need("s3:ListBucket", BUCKET, params["Prefix"])
    elif operation == "DeleteObjects":
        for wish in params["Delete"]["Objects"]:
            yield Need("s3:DeleteObject", f"{BUCKET}/{wish['Key']}")
    else:
        yield Need(f"s3:{READS.get(operation, operation)}", f"{BUCKET}/{params['Key']}")
        if "Tagging" in params:
            yield Need("s3:PutObjectTagging", f"{BUCKET}/{params['Key']}")


class Right(NamedTuple):
    """One action on one resource that a function's statements allow; a list only of keys with one of the prefixes."""

    action: str
    resource: str
    prefixes: tuple[str, ...]

    def allows(self, need: Need) -> bool:
        if need.action != self.action or not fnmatchcase(need.resource, self.resource):
            return False
        return not self.prefixes or any(fnmatchcase(need.prefix or "", prefix) for prefix in self.prefixes)


def rights(folder: str) -> Iterator[Right]:
    """Every right of a function, but those on the key and what Lambda does with: no client asks for these itself."""
    for statement in granted(resource_of(folder)):
        for action in statement.actions:
            for resource in statement.resources:
                if is_asked(action, statement) and (action, spelt(resource)) not in BY_LAMBDA | BY_CLIENTS:
                    yield Right(action, spelt(resource), prefixes(statement))


def is_asked(action: str, statement: Statement) -> bool:
    """Whether a client asks for it itself, and no store or service in its stead."""
    by_a_store = "kms:ViaService" in (statement.condition or {}).get("StringEquals", {})
    return not by_a_store and not action.startswith(NEVER_ASKED)


def prefixes(statement: Statement) -> tuple[str, ...]:
    """The prefixes to which a statement about lists is bound."""
    return listed((statement.condition or {}).get("StringLike", {}).get("s3:prefix", []))


def spelt(resource: Any) -> str:
    """A resource as a pattern: `!GetAtt X.Arn` is `${X.Arn}`, `!Ref X` is `${X}`, and !Sub says it itself."""
    if isinstance(resource, str):
        return resource
    if "Fn::GetAtt" in resource:
        return "${" + ".".join(resource["Fn::GetAtt"]) + "}"
    text: str = resource["Fn::Sub"] if "Fn::Sub" in resource else "${" + resource["Ref"] + "}"
    return text
