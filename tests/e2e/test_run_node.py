"""The sandbox for JavaScript runs as a function of the stack."""

import json

import pytest

from assay.domain.sandbox import CodeBatch

pytestmark = pytest.mark.local_cloud

SOURCE = """
type Row = { input: string; output: string };
export async function handler({ input, output }: Row) {
  if (input === "net") await fetch("http://127.0.0.1");
  return { name: "same", score: input === output ? 1 : 0 };
}
"""


def test_typescript_is_run_by_the_function_of_the_stack(cloud):
    client = cloud.aws("lambda")
    (name,) = [one["FunctionName"] for one in client.list_functions()["Functions"] if "RunNode" in one["FunctionName"]]
    rows = (({"input": "a", "output": "a"},), ({"input": "net", "output": "a"},), ({"input": "b", "output": "a"},))
    batch = CodeBatch(runtime="node", code=SOURCE, function="handler", call="scorer", rows=rows)
    answer = client.invoke(FunctionName=name, Payload=batch.model_dump_json().encode())
    assert "FunctionError" not in answer
    first, second, third = json.loads(answer["Payload"].read())["results"]
    assert (first["value"], third["value"]) == ({"name": "same", "score": 1}, {"name": "same", "score": 0})
    assert "SandboxEgress" in second["error"]
