"""What the template says of the stores and of the way in: encrypted, shut to the public, kept, throttled."""

import json
import re

import pytest

from tests.story.tree import resources, template

OUR_KEY = {"Fn::GetAtt": ["DataKey", "Arn"]}
KEPT = {"DataKey", "Table", "Bucket"}


def test_everything_at_rest_is_encrypted_by_our_key_or_by_the_service_itself():
    (encryption,) = resources("AWS::S3::Bucket")["Bucket"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    default = encryption["ServerSideEncryptionByDefault"]
    assert default == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": OUR_KEY}
    table = resources("AWS::DynamoDB::Table")["Table"]["SSESpecification"]
    assert table == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": OUR_KEY}
    assert all(secret["KmsKeyId"] == OUR_KEY for secret in resources("AWS::SecretsManager::Secret").values())
    assert all(queue["SqsManagedSseEnabled"] for queue in resources("AWS::SQS::Queue").values())
    assert resources("AWS::KMS::Key")["DataKey"]["EnableKeyRotation"]


def test_the_bucket_is_shut_to_the_public_and_to_whoever_speaks_in_the_clear():
    bucket = resources("AWS::S3::Bucket")["Bucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    (statement,) = resources("AWS::S3::BucketPolicy")["BucketPolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [{"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}]
    assert template()["Parameters"]["RequireTls"]["Default"] == "true"


def test_what_holds_data_outlives_the_stack_and_can_be_brought_back():
    every = template()["Resources"]
    retained = {name for name, one in every.items() if one.get("DeletionPolicy") == "Retain"}
    assert retained == KEPT == {name for name, one in every.items() if one.get("UpdateReplacePolicy") == "Retain"}
    table = resources("AWS::DynamoDB::Table")["Table"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}


def test_every_log_ends_some_day():
    groups = resources("AWS::Logs::LogGroup")
    assert groups
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())


def test_every_method_is_throttled_and_more_so_what_is_dear():
    settings = resources("AWS::Serverless::Api")["Api"]["MethodSettings"]
    paces = {f"{one['HttpMethod']} {one['ResourcePath'].replace('~1', '/')}": one for one in settings}
    most = paces.pop("* /*")["ThrottlingRateLimit"]
    assert set(paces) >= {"GET //health", "POST //v1/eval", "POST //v4/projects/{project_id}/evaluations"}
    assert all(0 < one["ThrottlingRateLimit"] < most for one in paces.values())


def test_bodies_come_byte_for_byte():
    assert resources("AWS::Serverless::Api")["Api"]["BinaryMediaTypes"] == ["*/*"]


def test_an_access_log_has_no_body_no_header_and_no_query():
    (wanted, setting, _) = resources("AWS::Serverless::Api")["Api"]["AccessLogSetting"]["Fn::If"]
    assert wanted == "AccessLogsAreWanted"
    variables = re.findall(r"\$context\.([\w.]+)", setting["Format"])
    assert json.loads(setting["Format"])
    assert set(variables) == {
        "requestId", "httpMethod", "path", "status", "authorizer.organisation", "authorizer.key_id",
        "identity.sourceIp", "responseLatency", "responseLength",
    }  # fmt: skip


@pytest.mark.parametrize(("parameter", "unasked"), [("Firewall", "false"), ("AccessLogs", "false"), ("MaxCost", 0)])
def test_what_costs_or_refuses_more_is_asked_for(parameter, unasked):
    assert template()["Parameters"][parameter]["Default"] == unasked
