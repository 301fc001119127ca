"""`assay keys rotate`: the old secret ends at once, or after the grace that is typed."""

from datetime import timedelta

import pytest
from typer.testing import CliRunner

from assay.use_cases.manage_keys import create_key, rotate_key
from assay_cli.commands import keys
from assay_cli.main import app
from tests.support.fake_resources import FakeResources
from tests.support.fakes import counting_ids
from tests.support.virtual_time import VirtualClock


@pytest.mark.parametrize(("words", "grace"), [([], timedelta()), (["--grace", "1h"], timedelta(hours=1))])
def test_a_key_is_rotated_with_the_grace_that_is_typed(monkeypatch, words, grace):
    held = {
        "resources": FakeResources(),
        "clock": VirtualClock(),
        "new_id": counting_ids(),
        "entropy": lambda: b"e" * 32,
    }
    made = create_key("acme", **held)
    asked = []
    monkeypatch.setattr(keys, "store", lambda *_: {**held, "entropy": lambda: b"f" * 32})
    monkeypatch.setattr(keys, "rotate_key", lambda *given, **ports: asked.append(given) or rotate_key(*given, **ports))
    said = CliRunner().invoke(app, ["keys", "rotate", made.key.id, "--organisation", "acme", *words])
    assert (said.exit_code, asked) == (0, [("acme", made.key.id, grace)])
    assert said.output.startswith(f"asy_{made.key.id}_")
    assert said.output.strip() != made.text
