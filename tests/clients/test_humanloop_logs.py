"""`humanloop==0.7.35`, unmodified: logs are kept, listed, searched, changed, judged by people, deleted; sessions; files.

All with `validate=True`, which parses every body strictly, and in the full test without it, too.
"""

import pytest

pytestmark = [pytest.mark.local_cloud, pytest.mark.official_sdk]


@pytest.fixture(scope="module", params=["strict", pytest.param("plain", marks=pytest.mark.long)])
def told(request, run_script, has_period_pydantic, cloud):
    """What the SDK hands back."""
    what = "strict" if request.param == "strict" and has_period_pydantic else "plain"
    return run_script("humanloop_logs.py", what, cloud)


def test_logs_are_listed_searched_and_filtered(told):
    assert told["lists"] == {
        "kinds": ["PaginatedDataLogResponse", "LogResponse", "ModelConfigResponse"],
        "page": [1, 2, 5, 2],
        "all": [4, 3, 1, 2, 0],
        "search": [3, 1, 2, 0],
        "metadata": [2],
        "day": [3, 1],
        "moment": [4, 3],
        "committed": [4, 3, 1, 2, 0],
        "deleted": [],
        "exported": [4, 3, 1, 2, 0],
    }


def test_logs_are_changed_by_id_and_by_reference_and_deleted(told):
    changes = told["changes"]
    assert changes["updated"] == ["LogResponse", "It is none.", 1.5, "0"]
    assert changes["named"] == [True, "failed", "It was 19."]
    assert (changes["deleted"], changes["left"], changes["refused"]) == (None, 4, [404, 404])


def test_feedback_is_shown_on_its_log(told):
    changes = told["changes"]
    assert changes["rating"] == [["rating", "good", "ann"]]
    assert changes["feedback"] == ["FeedbackResponse", ["FeedbackResponse"] * 2]
    assert changes["shown"] == [["FeedbackResponse", "comment", "Hm."], ["FeedbackResponse", "issue", "rude"]]


def test_sessions_say_what_their_logs_say(told):
    assert told["sessions"] == {
        "created": "CreateSessionResponse",
        "got": ["SessionResponse", 1, "9", "18, I think.", "SessionProjectResponse"],
        "listed": True,
        "page": ["PaginatedDataSessionResponse", 1, 10, 2],
    }


def test_configs_go_to_prompt_files_and_back(told):
    assert told["files"] == {
        "kinds": ["str", "ModelConfigResponse", "ToolResponse"],
        "template": [["system", "Be brief.\nAlways."], ["user", "<user>{{a}}"]],
        "numbers": [0.5, -1, ["END"]],
        "again": True,
        "exported": "{{a}} times 2",
        "refused": 422,
    }
