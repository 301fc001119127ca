"""Ways through the functions by which much comes in at once, and by which all of it goes."""

from tests.integration.world import CONFIG, made
from tests.support.api_gateway import Api
from tests.workflow.machine import Machine, sums
from tests.workflow.ways_of_functions import task

LARGE = "x" * 150_000
"""More than stands in an item."""


def deletions(machine, noted):
    """A project is erased with all that stands in it: at once where nothing runs, else when that has been cancelled."""
    noted.running = ""
    other = Machine(machine.cloud, "erased")
    machine.cloud.functions.lost.clear()
    dataset = other.evaluation(other.launch(sums(1)))["dataset"]["id"]
    log = {"project": "sums", "config": CONFIG, "output": LARGE, "reference_id": "mine", "session_reference_id": "ours"}
    first, _ = (made(other.api.post("/logs", log), 200)["id"] for _ in range(2))
    made(other.api.delete(f"/logs?id={first}"), 204)
    made(other.api.delete(f"/datasets/{dataset}"), 200)
    other.trigger("nightly", {})
    made(other.api.delete(f"/projects/{other.project}"), 204)
    ((folder, event),) = machine.cloud.functions.lost
    (place,) = [each for each in machine.cloud.stores.table.of("erased") if "#ev_" in each["pk"]["S"]][:1]
    task(other, "summarize_experiment", place["pk"]["S"].removeprefix("erased#"), **{"pass": 2})
    machine.cloud.functions.called(folder, event)
    machine.cloud.functions.lost.clear()
    v1 = Api(other.api.functions, other.api.headers, "/v1")
    project = made(v1.post("/project", {"name": "rows"}), 200)["id"]
    experiment = made(v1.post("/experiment", {"project_id": project, "name": "e"}), 200)["id"]
    made(v1.post(f"/experiment/{experiment}/insert", {"events": [{"input": 1}]}), 200)
    made(v1.delete(f"/experiment/{experiment}"), 200)
    made(v1.delete(f"/project/{project}"), 200)


def a_look_from_outside(machine):
    """Anybody may ask how the stack is."""
    made(Api(machine.api.functions, {}, "").get("/health"), 200)


def an_import(machine):
    """A file of rows is uploaded, with the form that its client was given, and imported; another is not there."""
    v1 = Api(machine.api.functions, machine.api.headers, "/v1")
    project = made(v1.post("/project", {"name": "files"}), 200)["id"]
    path = f"/dataset/{made(v1.post('/dataset', {'project_id': project, 'name': 'd'}), 200)['id']}"
    upload = made(v1.post(f"{path}/upload", {}), 200)
    machine.cloud.stores.bucket.put(upload["fields"]["key"], b'{"input": 1}')
    wish = {"upload_id": upload["upload_id"]}
    assert [v1.post(f"{path}/import", wish).status for _ in range(2)] == [200, 400]
