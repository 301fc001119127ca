"""What tests of the Braintrust dialect need in place, made by way of the API."""

from tests.integration.conftest import key
from tests.support.api_gateway import Api

NOBODYS = "0190d3c0-0000-7000-8000-000000000000"


def v1_api(cloud, organisation, scope="write", **bounds):
    """A caller of the dialect."""
    return Api(cloud.functions, {"Authorization": f"Bearer {key(organisation, scope, **bounds)}"}, "/v1")


def good(answer):
    """The body of an answer that is none of an error."""
    assert answer.status == 200, answer.body
    return answer.body


def refused(answer, status=400):
    """The sentence of a refusal."""
    assert answer.status == status, answer.body
    if status == 403:
        return answer.body["detail"]
    assert answer.headers["Content-Type"] == "text/plain"
    assert answer.body.endswith(" [request_id=a-request]")
    return answer.body


def ids(answer):
    return [each["id"] for each in good(answer)["objects"]]


def inserted(api, path, *events):
    """The ids of the rows that the events touch."""
    return good(api.post(f"{path}/insert", {"events": events}))["row_ids"]


def pages(api, path, limit, by="POST", **more):
    """The pages of rows, walked by cursors to the empty one."""
    found, cursor = [], None
    while True:
        page = fetched(api, path, by, limit=limit, cursor=cursor, **more)
        if not page["events"]:
            assert "cursor" not in page
            return found
        found.append(page["events"])
        cursor = page["cursor"]


def fetched(api, path, by="POST", **asked):
    """One page."""
    if by == "POST":
        answer = api.post(f"{path}/fetch", asked)
    else:
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
        answer = api.get(f"{path}/fetch?{query}")
    assert answer.headers.get("x-bt-cursor") == good(answer).get("cursor")
    return answer.body


def rows(api, path, **asked):
    """All rows of a page by their ids."""
    return {row["id"]: row for row in fetched(api, path, **asked)["events"]}
