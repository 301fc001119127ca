"""Where the time of an execution went."""

from tests.e2e.launching import until
from tests.e2e.local_cloud import LocalCloud


def states(cloud: LocalCloud, evaluation_id: str) -> dict[str, float]:
    """The seconds that an evaluation's first execution spent in each state: the local cloud tells none of lanes'.

    An evaluation is completed a moment before its execution ends.
    """
    steps, entered, spent = cloud.aws("stepfunctions"), dict[str, float](), dict[str, float]()
    arn = cloud.execution(evaluation_id)
    until(lambda: steps.describe_execution(executionArn=arn)["status"] != "RUNNING")
    for event in steps.get_execution_history(executionArn=arn, maxResults=1000)["events"]:
        moment = event["timestamp"].timestamp()
        if "stateEnteredEventDetails" in event:
            entered[event["stateEnteredEventDetails"]["name"]] = moment
        if "stateExitedEventDetails" in event:
            name = event["stateExitedEventDetails"]["name"]
            spent[name] = moment - entered[name]
    return spent


def told(spent: dict[str, float]) -> str:
    """The states that took a tenth of a second or more, in words."""
    return ", ".join(f"{name} {seconds:.1f}" for name, seconds in spent.items() if seconds >= 0.1)
