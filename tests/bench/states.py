"""Where the time of an execution went."""

from typing import Any

from tests.e2e.local_cloud import LocalCloud


def states(cloud: LocalCloud, evaluation_id: str) -> dict[str, float]:
    """The seconds that an evaluation's first execution spent in each state; of states of lanes, all of them together."""
    steps, arn = cloud.aws("stepfunctions"), cloud.execution(evaluation_id)
    spent = of_execution(steps, arn)
    for run in steps.list_map_runs(executionArn=arn)["mapRuns"]:
        for lane in steps.list_executions(mapRunArn=run["mapRunArn"])["executions"]:
            for name, seconds in of_execution(steps, lane["executionArn"]).items():
                spent[name] = spent.get(name, 0) + seconds
    return spent


def of_execution(steps: Any, arn: str) -> dict[str, float]:
    """The seconds in each state of one execution."""
    entered, spent = dict[str, float](), dict[str, float]()
    for event in steps.get_execution_history(executionArn=arn, maxResults=1000)["events"]:
        moment = event["timestamp"].timestamp()
        if "stateEnteredEventDetails" in event:
            entered[event["stateEnteredEventDetails"]["name"]] = moment
        if "stateExitedEventDetails" in event:
            name = event["stateExitedEventDetails"]["name"]
            spent[name] = spent.get(name, 0) + moment - entered[name]
    return spent


def told(spent: dict[str, float]) -> str:
    """The states that took a tenth of a second or more, in words."""
    return ", ".join(f"{name} {seconds:.1f}" for name, seconds in spent.items() if seconds >= 0.1)
