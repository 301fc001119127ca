"""A dataset of 100,000 rows: inserted a thousand at a time by four writers, fetched completely by cursor, evaluated."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.long, pytest.mark.timeout(900)]

ROWS, AT_ONCE, WRITERS = 100_000, 1000, 4
LONGEST_RUN = 400


@pytest.fixture
def v1(cloud):
    headers = {"Authorization": f"Bearer {cloud.variables['ASSAY_API_KEY']}"}
    url = f"{cloud.variables['ASSAY_URL']}/v1"
    with httpx.Client(base_url=url, headers=headers, timeout=60, trust_env=False) as client:
        yield client


def good(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_hundred_thousand_rows_are_inserted_by_four_and_fetched_completely(v1, record_property):
    project = good(v1.post("/project", json={"name": f"large {time.time_ns()}"}))["id"]
    path = f"/dataset/{good(v1.post('/dataset', json={'project_id': project, 'name': 'd'}))['id']}"

    def insert(first):
        events = [{"input": {"n": n}, "expected": n} for n in range(first, first + AT_ONCE)]
        return good(v1.post(f"{path}/insert", json={"events": events}))["row_ids"]

    began = time.monotonic()
    with ThreadPoolExecutor(WRITERS) as writers:
        made = [one for ids in writers.map(insert, range(0, ROWS, AT_ONCE)) for one in ids]
    inserted = time.monotonic()
    seen, latencies, cursor = [], [], None
    while True:
        asked = time.monotonic()
        page = good(v1.post(f"{path}/fetch", json={"limit": 1000, "cursor": cursor}))
        latencies.append(time.monotonic() - asked)
        if not page["events"]:
            break
        seen += [(row["id"], row["input"]["n"]) for row in page["events"]]
        cursor = page["cursor"]
    assert len(seen) == ROWS
    assert {identifier for identifier, _ in seen} == set(made)
    assert sorted(n for _, n in seen) == list(range(ROWS))
    assert good(v1.get(f"{path}/summarize?summarize_data=true"))["data_summary"]["total_records"] == ROWS
    early, late = sorted(latencies[:20])[10], sorted(latencies[-21:-1])[10]
    assert late < 2 * early + 0.2, "A late page costs what an early one costs."
    record_property("seconds to insert", round(inserted - began, 1))
    record_property("seconds to fetch", round(sum(latencies), 1))
    record_property("seconds a page, early and late", f"{early:.3f} {late:.3f}")
    assert launched(v1, project, path.rpartition("/")[2], record_property)["scores"]["ValidJSON"]["score"] == 0


def launched(v1, project, dataset, record_property):
    """The summary of an eval of all rows with the provider that needs no network."""
    prompt = {"prompt": {"type": "chat", "messages": [{"role": "user", "content": "{{input.n}}"}]}}
    task, scores = {"inline_prompt": {**prompt, "options": {"model": "mock"}}}, [{"global_function": "ValidJSON"}]
    wish = {"project_id": project, "data": {"dataset_id": dataset}, "task": task, "scores": scores}
    began = time.monotonic()
    answer = v1.post("/eval", json={**wish, "max_concurrency": 100}, headers={"Prefer": "respond-async"})
    assert answer.status_code == 202, answer.text
    path = f"/experiment/{answer.json()['experiment_id']}"
    while (summary := good(v1.get(f"{path}/summarize?summarize_scores=true")))["scores"] is None:
        assert time.monotonic() - began < LONGEST_RUN
        time.sleep(1)
    record_property("seconds to evaluate", round(time.monotonic() - began, 1))
    assert summary["metrics"]["errors"]["metric"] == 0
    assert summary["metrics"]["llm_calls"]["metric"] == 1
    return summary
