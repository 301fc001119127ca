"""What the console shows: a dashboard of metrics that are really sent, and alarms about what nobody would notice."""

import json
import re

import pytest

from assay.adapters import metrics
from assay.domain.errors import ProviderThrottled, ProviderUnavailable
from tests.story.tree import resources
from tests.support.build import a_summary, an_evaluation
from tests.support.fakes import FakeEvents, FakeProvider
from tests.unit.test_metrics import calls

SENT = {
    metrics.LATENCY,
    metrics.THROTTLES,
    metrics.ERRORS,
    metrics.ENDED,
    metrics.ROWS,
    metrics.ROW_ERRORS,
    metrics.COST,
    metrics.CACHED,
}
ALARMS = resources("AWS::CloudWatch::Alarm")
BODY = resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]
WIDGETS = json.loads(BODY.replace("${", "{"))["widgets"]


def test_the_dashboard_shows_every_metric_of_ours_and_none_that_nobody_sends():
    shown = {
        line[1] for one in WIDGETS for line in one["properties"].get("metrics", []) if line[0] == metrics.NAMESPACE
    }
    searched = set(re.findall(r'MetricName=\\"(\w+)', BODY))
    assert shown | searched == SENT


def test_the_dashboard_shows_the_metrics_of_this_stack_alone():
    ours = [line for one in WIDGETS for line in one["properties"].get("metrics", []) if line[0] == metrics.NAMESPACE]
    assert all(line[2:4] == ["service", "{AWS::StackName}"] for line in ours)


def test_the_dashboard_asks_for_metrics_by_the_dimensions_that_they_are_sent_with(capsys, monkeypatch):
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "assay")
    summary = a_summary(cost=1.0, n_cached=1, errors_by_kind={"lost": 1})
    metrics.MeteredEvents(FakeEvents()).announce("acme", an_evaluation(status="failed"), summary)
    for answer in ("5", ProviderThrottled("later"), ProviderUnavailable("500")):
        calls(FakeProvider(answer=lambda _, said=answer: said), 1)
    lines = [json.loads(line)["_aws"]["CloudWatchMetrics"][0] for line in capsys.readouterr().out.splitlines()]
    sent = {metric["Name"]: set(line["Dimensions"][0]) for line in lines for metric in line["Metrics"]}
    every = [line for one in WIDGETS for line in one["properties"].get("metrics", []) if line[0] == metrics.NAMESPACE]
    shown = {line[1]: {name for name in line[2::2] if isinstance(name, str)} for line in every}
    search = re.compile(r"SEARCH\('\{Assay,([\w,]+)\} MetricName=\\\"(\w+)")
    assert shown | {name: set(given.split(",")) for given, name in search.findall(BODY)} == sent


def test_widgets_do_not_overlap():
    places = [(one["x"], one["y"]) for one in WIDGETS]
    assert len(set(places)) == len(places)
    assert all(one["x"] + one["width"] <= 24 for one in WIDGETS)


def test_the_dashboard_shows_every_alarm():
    assert {name for name in ALARMS if f"${{{name}.Arn}}" in BODY} == set(ALARMS)


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS)
def test_an_alarm_says_what_to_do_is_silent_while_nothing_happens_and_is_sent_where_a_topic_is_given(alarm):
    assert len(alarm["AlarmDescription"]) > 40
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["AlarmActions"] == [{"Fn::If": ["AlarmsAreSent", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}]


def test_every_queue_in_which_something_is_kept_for_a_person_has_an_alarm():
    watched = {
        one["Value"]["Fn::GetAtt"][0]
        for alarm in ALARMS.values()
        for one in alarm["Dimensions"]
        if one["Name"] == "QueueName"
    }
    assert watched == set(resources("AWS::SQS::Queue"))
