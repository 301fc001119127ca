"""As much of the API as an import needs, in memory: resources with ids, configs once for each set of parameters."""

import json
from typing import Any

import httpx

from assay.client import Client
from assay.domain.ids import canonical_json

Body = dict[str, Any]
Answer = tuple[int, Any]


class FakeApi:
    """What was made, by kind and in its order; `writes` counts the requests that changed something."""

    def __init__(self) -> None:
        self.projects: dict[str, str] = {}
        self.datasets: dict[str, Body] = {}
        self.datapoints: dict[str, list[Body]] = {}
        self.evaluators: list[Body] = []
        self.configs: dict[str, Body] = {}
        self.active: dict[str, str] = {}
        self.logs: list[Body] = []
        self.experiments: dict[str, Body] = {}
        self.rows: dict[str, dict[str, Body]] = {}
        self.writes = 0

    @property
    def client(self) -> Client:
        return Client("http://fake", "key", transport=httpx.MockTransport(self.respond))

    def respond(self, request: httpx.Request) -> httpx.Response:
        _, root, kind, *more = request.url.path.split("/")
        body = json.loads(request.content) if request.content else None
        name = "_".join([root, request.method.lower(), kind.replace("-", "_"), *more[1:]])
        given = [*more[:1], *request.url.params.values(), *([body] if body is not None else [])]
        status, said = getattr(self, name)(*given)
        return httpx.Response(status) if said is None else httpx.Response(status, json=said)

    def v1_get_project(self, name: str) -> Answer:
        return 200, {"objects": [{"id": self.projects[name]}] if name in self.projects else []}

    def v4_get_projects_configs(self, project: str) -> Answer:
        made = [one for one in self.configs.values() if self.projects[one["project"]] == project]
        return 200, [{"config": {"id": one["id"]}} for one in made]

    def v4_get_projects(self, project: str) -> Answer:
        active = self.active.get(project)
        return 200, {"id": project, "active_config": {"config": {"id": active}} if active else None}

    def v4_patch_projects(self, project: str, body: Body) -> Answer:
        self.active[project] = body["active_config_id"]
        self.writes += 1
        return 200, {}

    def v1_post_project(self, body: Body) -> Answer:
        self.writes += body["name"] not in self.projects
        return 200, {"id": self.projects.setdefault(body["name"], f"pr_{len(self.projects)}")}

    def v4_get_datasets(self) -> Answer:
        return 200, [{**each, "datapoint_count": len(self.datapoints[key])} for key, each in self.datasets.items()]

    def v4_post_projects_datasets(self, project: str, body: Body) -> Answer:
        assert project in self.projects.values()
        assert len(body["name"]) <= 255
        assert len(body["description"]) <= 255
        key = f"evts_{len(self.datasets)}"
        self.datasets[key], self.datapoints[key] = {"id": key, **body}, []
        self.writes += 1
        return 201, {"id": key, "datapoint_count": 0, **body}

    def v4_post_datasets_datapoints(self, dataset: str, body: list[Body]) -> Answer:
        assert 0 < len(body) <= 1000
        if any("refused" in row["inputs"] for row in body):
            return 422, {"detail": "It is refused."}
        self.datapoints[dataset] += body
        self.writes += 1
        return 201, body

    def v4_delete_datasets(self, dataset: str) -> Answer:
        del self.datasets[dataset], self.datapoints[dataset]
        return 204, None

    def v4_get_evaluators(self) -> Answer:
        return 200, self.evaluators

    def v4_post_evaluators(self, body: Body) -> Answer:
        if body.get("code") == "def judge(:":
            return 422, {"detail": "It does not parse."}
        self.evaluators.append({"id": f"evfn_{len(self.evaluators)}", **body})
        self.writes += 1
        return 201, self.evaluators[-1]

    def v4_post_model_configs(self, body: Body) -> Answer:
        if body.get("provider") == "deepseek":
            return 422, {
                "detail": [{"loc": ["body", "provider"], "msg": "It is not known.", "type": "type_error.enum"}]
            }
        self.v1_post_project({"name": body["project"]})
        key = canonical_json({name: value for name, value in body.items() if name not in {"name", "description"}})
        self.writes += key not in self.configs
        config = self.configs.setdefault(key, {"id": f"config_{len(self.configs)}", **body})
        self.active.setdefault(self.projects[body["project"]], config["id"])
        return 200, {"project_id": self.projects[body["project"]], "config": config}

    def v4_post_logs(self, body: list[Body]) -> Answer:
        assert 0 < len(body) <= 1000
        if any(one.get("output") == "refused" for one in body):
            return 422, {"detail": "It is refused."}
        self.logs += [{"id": f"data_{len(self.logs) + n}", **one} for n, one in enumerate(body)]
        self.writes += 1
        return 200, [{"id": one["id"]} for one in self.logs[-len(body) :]]

    def v4_get_logs(self, project: str, page: str, size: str, cursor: str = "0") -> Answer:
        """Pages of 100, and looks over 250."""
        assert int(size) in {100, 1000}
        ours, begin = [one for one in self.logs if one["project_id"] == project], int(cursor)
        look, first = ours[begin : begin + 250], int(page) * 100
        rest = str(begin + 250) if len(ours) > begin + 250 else None
        records = look[first : first + 100]
        return 200, {"records": records, "page": int(page), "size": 100, "total": len(look), "next": rest}

    def v1_post_experiment(self, body: Body) -> Answer:
        key = f"{body['project_id']}/{body['name']}"
        self.writes += key not in self.experiments
        found = self.experiments.setdefault(key, {"id": f"e{len(self.experiments)}", **body})
        return 200, found

    def v1_post_experiment_insert(self, experiment: str, body: Body) -> Answer:
        self.rows.setdefault(experiment, {}).update({row["id"]: row for row in body["events"]})
        self.writes += 1
        return 200, {"row_ids": [row["id"] for row in body["events"]]}

    def v1_post_experiment_fetch(self, experiment: str, _: Body) -> Answer:
        spans = [{**row, "is_root": True, "root_span_id": key} for key, row in self.rows.get(experiment, {}).items()]
        return 200, {"events": spans, "cursor": None}
