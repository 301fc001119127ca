"""Least privilege: no star, a role for each function, and what AWS demands beyond what the local cloud checks."""

import json
from collections import Counter

import pytest

from tests.story.permissions import demands, every_statement, granted, managed, roles
from tests.story.permissions_table import table
from tests.story.tree import ROOT, functions, made, placeholders, template, transformed

STARS = {
    ("DataKey", "TheAccountGovernsTheKey"): "In a key's policy `*` is the key; without the account nobody governs it.",
    ("BucketPolicy", "OnlyOverTLS"): "It denies, and means to deny everything.",
    ("JoinQuarantine", "LambdaMakesItsInterfaces"): "Lambda refuses a role that may not do this to all interfaces.",
    ("JoinQuarantine", "UserCodeMakesNone"): "It denies, and means every interface.",
}
"""The only statements with a star for an action or for a whole resource, and why."""

AWS_OWN = {
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole": "SAM gives it where it makes the role: the log.",
}
"""The only policies of AWS's own that anybody carries, and why."""

SANDBOXES = ["RunPythonFunction", "RunNodeFunction"]
"""The functions that run what users wrote."""

WHOLE = {"*", "arn:aws:s3:::*", "${Bucket.Arn}/*", "${Table.Arn}/*"}
POLICY_BYTES = 20_480
"""The most that Lambda keeps of one function's resource policy."""


def text(resource):
    """A resource as the template spells it."""
    return resource.get("Fn::Sub", "") if isinstance(resource, dict) else resource


def has_a_star(statement):
    return any("*" in action for action in statement.actions) or any(text(one) in WHOLE for one in statement.resources)


def test_no_statement_has_a_star_for_an_action_or_a_whole_resource_but_those_listed_with_a_reason():
    assert {(one.holder, one.sid) for one in every_statement() if has_a_star(one)} == set(STARS)


def test_nobody_carries_a_policy_of_awss_own_but_those_listed_with_a_reason():
    carried = {arn for role in roles().values() for arn in role.get("ManagedPolicyArns", []) if isinstance(arn, str)}
    assert carried == set(AWS_OWN)


def test_no_statement_reaches_objects_across_what_an_organisation_keeps():
    objects = [text(one) for each in every_statement() for one in each.resources if "${Bucket.Arn}/" in text(one)]
    kept = ("datasets", "evaluations", "experiments", "launches", "logs", "uploads")
    kinds = tuple(f"${{Bucket.Arn}}/*/{kind}/" for kind in kept)
    beyond = [one for one in objects if not one.startswith(kinds)]
    assert beyond == ["${Bucket.Arn}/*"], "Only the refusal of plain HTTP is about all objects."


def test_every_function_has_a_role_of_its_own():
    taken = Counter(one["Role"]["Fn::GetAtt"][0] for one in made("AWS::Lambda::Function").values())
    assert len(taken) == len(functions())


@pytest.mark.parametrize("name", sorted(set(functions()) - set(SANDBOXES)))
def test_every_function_may_write_its_log(name):
    assert set(AWS_OWN) <= set(map(str, roles()[name]["ManagedPolicyArns"]))


@pytest.mark.parametrize("name", SANDBOXES)
def test_a_sandbox_may_write_its_own_log_and_be_put_into_the_quarantine_and_nothing_else(name):
    own, *quarantine = granted(name)
    assert own.actions == ("logs:CreateLogStream", "logs:PutLogEvents")
    assert own.resources == ({"Fn::GetAtt": [functions()[name]["LoggingConfig"]["LogGroup"]["Ref"], "Arn"]},)
    assert quarantine == managed()["JoinQuarantine"]
    assert roles()[name]["ManagedPolicyArns"] == [{"Ref": "JoinQuarantine"}]


def test_what_lambda_may_do_to_put_a_sandbox_into_the_quarantine_is_denied_to_the_code_in_it():
    allowed, denied = managed()["JoinQuarantine"]
    assert (allowed.effect, denied.effect) == ("Allow", "Deny")
    assert denied.actions == allowed.actions
    (called_from,) = denied.condition["ArnLike"].items()
    assert called_from[0] == "lambda:SourceFunctionArn"
    assert called_from[1]["Fn::Sub"].endswith(":function:*"), "Whichever function the code runs in."


DOOR = {
    "AWS::EC2::EIP", "AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route", "AWS::EC2::RouteTable",
    "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPCCidrBlock", "AWS::EC2::VPCGatewayAttachment",
}  # fmt: skip
"""What leads out of a network."""


def unless_it_reaches_out(value):
    """What a value of the template comes to while SandboxEgress is off."""
    if isinstance(value, dict) and list(value) == ["Fn::If"]:
        condition, _, otherwise = value["Fn::If"]
        assert condition in {"SandboxReachesOut", "SandboxHasDoor"}
        return otherwise
    return value


@pytest.mark.parametrize("name", SANDBOXES)
def test_a_sandbox_is_in_a_network_that_leads_nowhere(name):
    network = functions()[name]["VpcConfig"]
    assert network["SecurityGroupIds"] == [{"Ref": "QuarantineWalls"}]
    assert {one["Ref"] for one in network["SubnetIds"]} == {"QuarantineSubnetA", "QuarantineSubnetB"}
    (vpc,) = made("AWS::EC2::VPC").values()
    assert unless_it_reaches_out(vpc["EnableDnsSupport"]) is False, (
        "A question to a resolver would carry something out."
    )
    (walls,) = made("AWS::EC2::SecurityGroup").values()
    assert [unless_it_reaches_out(one)["CidrIp"] for one in walls["SecurityGroupEgress"]] == ["127.0.0.1/32"]
    assert "SecurityGroupIngress" not in walls


def test_the_network_has_a_door_only_where_the_operator_asks_for_one():
    door = {
        name: one for name, one in transformed().items() if one["Type"] in DOOR or name.startswith("QuarantineDoor")
    }
    assert {one["Type"] for one in door.values()} >= DOOR
    assert {one.get("Condition") for one in door.values()} == {"SandboxHasDoor"}
    conditions = template()["Conditions"]
    assert conditions["SandboxHasDoor"]["Fn::And"][0] == {"Condition": "SandboxReachesOut"}
    assert conditions["SandboxReachesOut"] == {"Fn::Equals": [{"Ref": "SandboxEgress"}, "proxy"]}
    assert template()["Parameters"]["SandboxEgress"]["Default"] == "off"


@pytest.mark.parametrize("name", SANDBOXES)
def test_a_sandbox_has_no_secret_and_no_address_in_its_environment(name):
    variables = functions()[name]["Environment"]
    settings = {"ASSAY_SANDBOX_MIN", "ASSAY_SANDBOX_EXTRAS", "ASSAY_SANDBOX_HOSTS"}
    assert set(variables) <= {*settings, "RES_OPTIONS", "UV_THREADPOOL_SIZE"}
    assert unless_it_reaches_out(variables["ASSAY_SANDBOX_HOSTS"]) == ""


@pytest.mark.parametrize("demand", demands(), ids=str)
def test_what_only_aws_demands_stands_in_the_template(demand):
    assert demand.reason
    assert any(demand.is_met_by(statement) for statement in granted(demand.who))


def test_the_state_machine_may_call_the_functions_that_it_names_and_no_other():
    allowed = [one for one in granted("EvaluationRole") if "lambda:InvokeFunction" in one.actions]
    called = {each["Fn::GetAtt"][0] for one in allowed for each in one.resources}
    assert called == {name for name in placeholders() if name in functions()}


def test_only_step_functions_may_act_as_the_state_machine():
    trust = roles()["EvaluationRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert [one["Principal"] for one in trust] == [{"Service": "states.amazonaws.com"}]


def test_only_the_schedules_of_the_stack_may_act_as_their_role():
    (trust,) = roles()["ScheduleRole"]["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["StringEquals"]["aws:SourceArn"] == {"Fn::GetAtt": ["Schedules", "Arn"]}


def test_a_schedule_may_start_evaluations_and_keep_what_it_could_not_deliver_and_no_more():
    assert {action for one in granted("ScheduleRole") for action in one.actions} == {
        "lambda:InvokeFunction",
        "sqs:SendMessage",
    }


def test_whoever_calls_a_function_is_let_in_by_it():
    callers = Counter(str(one["Principal"]) for one in permissions("FailEvaluationFunction"))
    assert callers == {"events.amazonaws.com": 1}
    callers = Counter(str(one["Principal"]) for one in permissions("TriggerEvalFunction"))
    assert callers == {"events.amazonaws.com": 2}
    assert [one["Principal"] for one in permissions("AuthorizeFunction")] == ["apigateway.amazonaws.com"]
    for name, function in functions().items():
        assert len(permissions(name)) == len(function.get("Events", {})) + (name == "AuthorizeFunction")


@pytest.mark.parametrize("name", functions())
def test_the_resource_policy_of_a_function_fits_in_what_lambda_keeps(name):
    assert len(json.dumps(resource_policy(name), separators=(",", ":"))) < POLICY_BYTES


def permissions(name):
    """The permissions to call a function."""
    meant = ({"Ref": name}, {"Fn::GetAtt": [name, "Arn"]})
    return [one for one in made("AWS::Lambda::Permission").values() if one["FunctionName"] in meant]


def resource_policy(name):
    """The function's resource policy as Lambda writes it down, with the longest names that it may come to."""
    function = f"arn:aws-us-gov:lambda:ap-southeast-1:123456789012:function:{'n' * 64}"
    return {
        "Version": "2012-10-17",
        "Id": "default",
        "Statement": [
            {
                "Sid": "s" * 100,
                "Effect": "Allow",
                "Principal": {"Service": one["Principal"]},
                "Action": one["Action"],
                "Resource": function,
                "Condition": {"ArnLike": {"AWS:SourceArn": source(one["SourceArn"])}},
            }
            for one in permissions(name)
        ],
    }


def source(arn):
    """The caller's ARN, its placeholders at their longest."""
    pattern = arn["Fn::Sub"][0] if "Fn::Sub" in arn else "arn:aws:events:ap-southeast-1:123456789012:rule/" + "n" * 64
    for name, value in {
        "${AWS::Partition}": "aws-us-gov",
        "${AWS::Region}": "ap-southeast-1",
        "${AWS::AccountId}": "123456789012",
        "${__ApiId__}": "a" * 10,
        "${__Stage__}": "*",
    }.items():
        pattern = pattern.replace(name, value)
    return pattern


def test_the_page_of_permissions_says_what_the_template_says():
    assert (ROOT / "docs/permissions.md").read_text() == table(), "`make permissions` writes it anew."
