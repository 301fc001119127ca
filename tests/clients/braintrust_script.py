"""What a user of `braintrust-api` does with projects, datasets, experiments, prompts; run by the client's own
interpreter, and told as one line of JSON.

    python braintrust_script.py API_URL API_KEY
"""

import json
import sys
import time

import braintrust_api
from braintrust_api import Braintrust

TAG = str(time.time_ns())
PROMPT = {"prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input}}"}]}, "options": {"model": "m"}}


class World:
    """One project, and what is made in it."""

    def __init__(self, api_url, api_key):
        self.bt = Braintrust(base_url=api_url, api_key=api_key)
        self.project = self.bt.projects.create(name=f"resources {TAG}")

    def projects(self):
        raw = self.bt.projects.with_raw_response.create(name=self.project.name, extra_body={"description": "another"})
        names = [f"paged {TAG} {n}" for n in range(5)]
        made = [self.bt.projects.create(name=name).id for name in names]
        walked = [each.id for each in self.bt.projects.list(limit=2, ids=made)]
        return {
            "same": raw.parse().id == self.project.id,
            "found_existing": raw.headers.get("x-bt-found-existing"),
            "description": raw.parse().description,
            "walked": walked == made[::-1],
            "unknown": list(self.bt.projects.list(project_name="nobody's")),
            "settings": self.bt.projects.update(
                self.project.id, settings={"comparison_key": "input"}
            ).settings.comparison_key,
        }

    def dataset(self):
        dataset = self.bt.datasets.create(project_id=self.project.id, name="d").id
        events = [{"input": {"n": n}, "expected": n, "tags": ["a", "b"]} for n in range(100)]
        made = self.bt.datasets.insert(dataset, events=events).row_ids
        pages, cursor = [], None
        while (page := self.bt.datasets.fetch_post(dataset, limit=30, cursor=cursor)).events:
            pages.append(page.events)
            cursor = page.cursor
        rows = [row for page in pages for row in page]
        old = max(row.xact_id for row in rows)
        changes = [
            {"id": made[0], "input": "replaced"},
            {"id": made[1], "_is_merge": True, "input": {"m": 1}},
            {"id": made[2], "_array_delete": [{"path": ["tags"], "delete": ["a"]}]},
            {"id": made[3], "_object_delete": True},
        ]
        self.bt.datasets.insert(dataset, events=changes)
        self.bt.datasets.feedback(dataset, feedback=[{"id": made[4], "comment": "so it is"}])
        now = {row.id: row for row in self.bt.datasets.fetch(dataset, limit=1000).events}
        then = {row.id: row for row in self.bt.datasets.fetch(dataset, limit=1000, version=old).events}
        return {
            "sizes": [len(page) for page in pages],
            "in_order": [row.id for row in rows] == made[::-1],
            "one_transaction": len({row.xact_id for row in rows}),
            "digits": len(old),
            "replaced": [now[made[0]].input, now[made[0]].tags],
            "merged": now[made[1]].input,
            "removed": now[made[2]].tags,
            "deleted": made[3] in now,
            "comments": now[made[4]].comments,
            "then": [len(then), then[made[0]].input, then[made[3]].expected],
            "records": self.bt.datasets.summarize(dataset, summarize_data=True).data_summary.total_records,
            "listed": [each.id for each in self.bt.datasets.list(project_id=self.project.id)] == [dataset],
        }

    def experiment(self):
        first, second = (
            self.bt.experiments.create(project_id=self.project.id, name="e", ensure_new=True) for _ in range(2)
        )
        spans = [
            {"id": f"{trace}-{n}", "span_id": f"{trace}-{n}", "root_span_id": trace, "output": n, "scores": {"s": 0.5}}
            for trace in ("one", "two", "three")
            for n in range(2)
        ]
        self.bt.experiments.insert(first.id, events=spans)
        page = self.bt.experiments.fetch_post(first.id, limit=2)
        rest = self.bt.experiments.fetch_post(first.id, limit=2, cursor=page.cursor)
        self.bt.experiments.feedback(first.id, feedback=[{"id": "one-0", "scores": {"human": 1}, "comment": "good"}])
        row = self.bt.experiments.fetch(first.id, limit=1).events[0]
        return {
            "names": [first.name, second.name],
            "pages": [[each.id for each in page.events], [each.id for each in rest.events]],
            "feedback": [row.id, row.scores, row.comments],
            "updated": self.bt.experiments.update(first.id, metadata={"a": 1}).metadata,
            "deleted": self.bt.experiments.delete(second.id).deleted_at is not None,
        }

    def prompts(self):
        wish = {"project_id": self.project.id, "name": "P", "slug": "p"}
        first = self.bt.prompts.create(**wish, prompt_data=PROMPT)
        second = self.bt.prompts.replace(**wish, prompt_data={**PROMPT, "options": {"model": "n"}})
        old = next(iter(self.bt.prompts.list(slug="p", version=first.xact_id, project_id=self.project.id)))
        code = {
            "type": "inline",
            "runtime_context": {"runtime": "python", "version": "3.11"},
            "code": "def handler(): 1",
        }
        function = self.bt.functions.create(
            project_id=self.project.id, name="F", slug="f", function_data={"type": "code", "data": code}
        )
        self.bt.functions.delete(function.id)
        return {
            "same": first.id == second.id == old.id,
            "grown": second.xact_id > first.xact_id,
            "models": [old.prompt_data.options.model, self.bt.prompts.retrieve(first.id).prompt_data.options.model],
            "after_delete": [each.slug for each in self.bt.functions.list(project_id=self.project.id)],
        }

    def refusals(self):
        nobody = "0190d3c0-0000-7000-8000-000000000000"
        calls = {
            "unknown": lambda: self.bt.datasets.retrieve(nobody),
            "both cursors": lambda: self.bt.projects.list(starting_after=nobody, ending_before=nobody),
            "bad event": lambda: self.bt.experiments.insert(nobody, events=[{"scores": {"a": 2}}]),
            "wrong key": lambda: self.bt.with_options(api_key="x").projects.retrieve(nobody),
        }
        return {name: refusal(call) for name, call in calls.items()}


def refusal(call):
    """The status with which the call is refused."""
    try:
        call()
    except braintrust_api.APIStatusError as error:
        return error.status_code
    return None


if __name__ == "__main__":
    world = World(*sys.argv[1:])
    flows = (world.projects, world.dataset, world.experiment, world.prompts, world.refusals)
    sys.stdout.write(json.dumps({flow.__name__: flow() for flow in flows}) + "\n")
