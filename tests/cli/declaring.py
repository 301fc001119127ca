"""Declared evaluations in a folder of a test's own."""

import json

from assay_cli.declared.reading import read_declared

YAML = """\
project: sums
data: sums.jsonl
task:
  model: mock
  prompt: What is {{a}} times {{b}}?
evaluators:
  - ExactMatch
"""
ROWS = [{"a": a, "b": 2, "target": f"The answer is {a * 2}."} for a in range(3)]
JUDGE = "def handler(output, expected):\n    return output == expected\n"


def written(folder, text=YAML, **files):
    """The file of an evaluation, with the files that it names beside it."""
    everything = {"sums.jsonl": "".join(f"{json.dumps(row)}\n" for row in ROWS), "judge.py": JUDGE, **files}
    for name, content in everything.items():
        (folder / name).write_text(content)
    file = folder / "evaluation.yaml"
    file.write_text(text)
    return file


def declared(folder, text=YAML, **files):
    """The evaluation, read."""
    return read_declared(written(folder, text, **files))
