"""The local cloud enforces the policies of the functions' roles, so a right that is missing, or too much, shows here."""

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.local_cloud

DENIED = {"AccessDenied", "AccessDeniedException"}
SOME_KEY = {"pk": {"S": "nobody#nothing"}, "sk": {"S": "#"}}


@pytest.fixture(scope="module")
def functions(cloud):
    """The role of each function, by its name in the template."""
    found = cloud.aws("lambda").list_functions()["Functions"]
    return {each["FunctionName"].split("-")[1]: each["Role"] for each in found}


@pytest.fixture(scope="module")
def as_function(cloud, functions):
    """Makes a boto3 client that may do what a function may."""

    def client(function, service):
        role = {"RoleArn": functions[function], "RoleSessionName": "test"}
        given = cloud.aws("sts").assume_role(**role)["Credentials"]
        names = {"AccessKeyId": "aws_access_key_id", "SecretAccessKey": "aws_secret_access_key"}
        session = {"aws_session_token": given["SessionToken"]}
        return cloud.aws(service, **{argument: given[name] for name, argument in names.items()}, **session)

    return client


def may(call, **arguments):
    """Whether the call is allowed, whatever else may be wrong with it."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"] not in DENIED
    return True


def test_only_the_functions_that_call_models_may_read_the_provider_keys(cloud, functions, as_function):
    secret = cloud.outputs["ProviderKeysSecretArn"]
    readers = {
        function
        for function in functions
        if may(as_function(function, "secretsmanager").get_secret_value, SecretId=secret)
    }
    assert readers == {
        "CallConfigFunction",
        "GenerateOutputsFunction",
        "ScoreOutputsFunction",
        "InvokeFunctionFunction",
    }


def test_the_authorizer_may_look_a_key_up_and_write_nothing(cloud, as_function):
    table = as_function("AuthorizeFunction", "dynamodb")
    assert may(table.get_item, TableName=cloud.outputs["TableName"], Key=SOME_KEY)
    assert not may(table.put_item, TableName=cloud.outputs["TableName"], Item=SOME_KEY)
    assert not may(table.scan, TableName=cloud.outputs["TableName"])


def test_the_function_that_shows_evaluations_may_change_nothing(cloud, as_function):
    bucket = {"Bucket": cloud.outputs["BucketName"], "Key": "local/evaluations/ev_0/summary.json"}
    assert may(as_function("GetEvaluationFunction", "s3").get_object, **bucket)
    assert not may(as_function("GetEvaluationFunction", "s3").put_object, **bucket, Body=b"")
    item = {"TableName": cloud.outputs["TableName"], "Item": SOME_KEY}
    assert not may(as_function("GetEvaluationFunction", "dynamodb").put_item, **item)


def test_the_sandbox_may_do_nothing_at_all(cloud, as_function):
    place = {"Bucket": cloud.outputs["BucketName"], "Key": "local/evaluations/ev_0/plan.json"}
    item = {"TableName": cloud.outputs["TableName"], "Key": SOME_KEY}
    assert not may(as_function("RunPythonFunction", "s3").get_object, **place)
    assert not may(as_function("RunPythonFunction", "dynamodb").get_item, **item)
    invoked = {"FunctionName": cloud.outputs["FailEvaluationFunctionName"], "Payload": b"{}"}
    assert not may(as_function("RunPythonFunction", "lambda").invoke, **invoked)
