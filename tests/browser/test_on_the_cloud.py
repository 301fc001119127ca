"""The deployed stack's own page, in a browser: a link as the API gives it, and nothing else."""

import uuid

import pytest
from playwright.sync_api import expect

SHORT = "def handler(output, **others):\n    return {'name': 'short', 'score': len(output) < 100}\n"


def launch(client, project):
    """An eval of three rows, and what is known of it at once."""
    task = {
        "inline_prompt": {
            "prompt": {"type": "chat", "messages": [{"role": "user", "content": "What is {{input.a}} times 2?"}]},
            "options": {"model": "mock"},
        }
    }
    scorer = {"inline_context": {"runtime": "python", "version": "3.11"}, "name": "short", "code": SHORT}
    rows = [{"input": {"a": n}, "expected": f"The answer is {2 * n}."} for n in range(3)]
    body = {"project_id": project, "data": {"data": rows}, "task": task, "scores": [scorer]}
    answer = client.post("/v1/eval", json=body, headers={"Prefer": "respond-async"})
    assert answer.is_success, answer.text
    return answer.json()


@pytest.mark.local_cloud
def test_a_link_of_the_apis_opens_the_run_and_is_cut_off_when_it_is_revoked(cloud, page):
    with cloud.client() as v4:
        v4.base_url = str(v4.base_url).rstrip("/").removesuffix("/v4")
        project = v4.post("/v1/project", json={"name": f"pages {uuid.uuid4()}"}).json()["id"]
        found = launch(v4, project)
        page.goto(found["experiment_url"])
        expect(page.locator(".status")).to_have_text("completed", timeout=60_000)
        expect(page.locator("#table tbody tr")).to_have_count(3)
        page.locator("#table tbody button").first.click()
        expect(page.locator("#detail")).to_contain_text("The answer is")
        page.goto(found["project_url"])
        expect(page.locator("tbody tr")).to_have_count(1)
        assert v4.post(f"/v1/experiment/{found['experiment_id']}/revoke_links").is_success
        assert v4.get(found["experiment_url"]).status_code == 404
