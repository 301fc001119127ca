"""Whatever an export holds goes in as it was, and a second import changes nothing."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.fake_humanloop import FakeApi
from tests.cli.importing import JUDGE, imported
from tests.support.humanloop_export import FIRST, Export, judged

TEXTS = st.text(max_size=8)
DATAPOINTS = st.fixed_dictionaries(
    {
        "inputs": st.dictionaries(TEXTS, TEXTS, max_size=3),
        "target": st.dictionaries(TEXTS, TEXTS | st.booleans() | st.integers(), max_size=3),
    }
)
DATASETS = st.lists(st.lists(st.lists(DATAPOINTS, max_size=4), min_size=1, max_size=3), max_size=3)
PROMPTS = st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=4, unique=True), max_size=3)
CODES = st.lists(TEXTS, max_size=3)
JUDGMENTS = st.lists(
    st.lists(st.booleans() | st.integers(-9, 9) | TEXTS | st.none(), max_size=3), min_size=1, max_size=4
)


def written(folder, datasets, prompts, codes, evaluations):
    """An export of these things."""
    export = Export(folder / "export")
    for number, versions in enumerate(datasets):
        export.dataset(f"ds_{number}", f"dataset {number}", *((f"v{n}", rows) for n, rows in enumerate(versions)))
    for number, warmths in enumerate(prompts):
        versions = [{**FIRST, "version_id": f"prv_{number}_{one}", "temperature": one} for one in warmths]
        export.prompt(f"pr_{number}", f"prompt {number}", *versions, active=f"prv_{number}_{warmths[0]}")
    for number, code in enumerate(codes):
        export.evaluator(f"evl_{number}", f"evaluator {number}", **{**JUDGE, "evaluator_type": "python"}, code=code)
    for number, rows in enumerate(evaluations):
        place = export.file(f"fl_{number}", type="flow", path=f"flow {number}", version_id="v")
        said = [[judged(f"e{n}", f"v{n}", one) for n, one in enumerate(judgments)] for judgments in rows]
        lines = [
            {"run_id": "run", "log": {"id": f"log_{n}", "output": str(n)}, "evaluator_logs": one}
            for n, one in enumerate(said)
        ]
        export.evaluation(place, "evr", [{"id": "run"}], lines)
    return export


@settings(max_examples=30, deadline=None)
@given(datasets=DATASETS, prompts=PROMPTS, codes=CODES, evaluations=st.lists(JUDGMENTS, max_size=2))
def test_what_is_exported_and_imported_is_the_same_set_however_often(datasets, prompts, codes, evaluations):
    api = FakeApi()
    with tempfile.TemporaryDirectory() as folder:
        export = written(Path(folder), datasets, prompts, codes, evaluations)
        first = imported(api, export)
        writes = api.writes
        assert imported(api, export) == first
    assert api.writes == writes
    assert first.broken == []
    assert list(api.datapoints.values()) == [rows for versions in datasets for rows in versions]
    assert [(one["project"], one["temperature"]) for one in api.configs.values()] == [
        (f"prompt {number}", warmth) for number, warmths in enumerate(prompts) for warmth in warmths
    ]
    assert [one["code"] for one in api.evaluators] == codes
    assert [[words(row) for row in rows.values()] for rows in api.rows.values()] == [
        [(str(n), {f"e{e}": one for e, one in enumerate(said)}) for n, said in enumerate(rows)] for rows in evaluations
    ]


def words(row):
    """What came out of a row, and every judgement as it was."""
    said = row["metadata"].get("judgments", {})
    return row["output"], {name: one.get("judgment") for name, one in said.items()}
