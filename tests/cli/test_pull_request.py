"""What a pull request is told of a run: one comment, kept up to date, in which nothing of anybody's means anything."""

import json
import re
import time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assay_cli.pull_request import __main__ as action
from assay_cli.pull_request import markdown
from assay_cli.pull_request.github import GitHub, GitHubRefused
from tests.story.tree import ROOT
from tests.support.github import REPOSITORY, TOKEN, github

NASTY = [
    "@octocat", "fixes #1", "acme/bot#2", "GH-3", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))", "![x](http://evil/x.png)", "http://evil.example", "www.evil.example", "a | b | c",
    "``` \n# h", "`x`", "**bold** _it_ ~~no~~", "<!-- assay:0 -->", "--> <b>", "\\`", "&lt;b&gt;", "line\n\n# head",
    "a@b.example", ":smile:", "\u202eevil\u2066", "\u200b@\u200boctocat", "1. x", "- x", "| a |\n|--|", "]](x)", "$$x$$",
    "a1" * 20, "\x00\x1b[31m", "</code><b>x</b>", "]:(x)", "<https://evil.example>",
]  # fmt: skip
PLAIN = re.compile(r"<code>(?:[^\W_]| |&#\d+;|[^\x00-\x7f])*</code>")


def summary(**fields):
    """A run's summary, as the command prints it."""
    return {
        "project_name": "sums", "experiment_name": "nightly", "comparison_experiment_name": "nightly-base",
        "experiment_url": "https://api.example/prod/app/o/p/sums/experiments/nightly?token=a.b", "status": "completed",
        "statistics": {}, "metrics": {}, "gate": {"passed": True, "breaches": [], "remarks": []}, **fields,
    }  # fmt: skip


def score(**fields):
    """A score's statistics."""
    ci = {"low": 0.4, "high": 0.6, "method": "t", "df": 99}
    beside = {
        "n_paired": 100,
        "coverage": 1.0,
        "diff": -0.1,
        "ci": {**ci, "low": -0.2, "high": 0.0},
        "wins": 3,
        "losses": 13,
        "ties": 84,
    }
    errors = {"provider": 1, "timeout": 0, "evaluator": 0, "parse": 0}
    return {
        "n_items": 100,
        "n_trials": 100,
        "n_scored": 99,
        "n_skipped": 0,
        "n_errors": errors,
        "mean": 0.5,
        "ci": ci,
        "comparison": beside,
        **fields,
    }


def run(code=0, problem="", **fields):
    """What `assay run` came to."""
    return action.Run("evals/sums.yaml", code, summary(**fields) if code != 4 else None, problem)


@pytest.fixture
def hub():
    with github() as found:
        yield found


@pytest.fixture
def environment(hub, tmp_path):
    """What GitHub's runner gives to the action, for a pull request."""
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": "abc123"}}}))
    return {
        "GITHUB_EVENT_PATH": str(event), "GITHUB_API_URL": hub.url, "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_TOKEN": TOKEN, "GITHUB_SHA": "merged",
    }  # fmt: skip


def test_a_pull_request_gets_one_comment_which_later_runs_update(hub, environment):
    hub.comments += [{"id": n, "body": f"comment {n}"} for n in range(1, 151)]
    action.tell(run(statistics={"right": score()}), environment)
    action.tell(run(4, "It broke."), environment)
    action.tell(run(1, gate={"passed": False, "breaches": ["right: worse"], "remarks": []}), environment)
    [ours] = [one for one in hub.comments if one["body"].startswith("<!-- assay:")]
    assert "**fails the gate**" in ours["body"]
    assert [method for method, path in hub.asked if "comments" in path and method != "GET"] == [
        "POST",
        "PATCH",
        "PATCH",
    ]


def test_a_comment_that_a_stranger_began_in_our_name_is_left_alone(hub, environment):
    marker = markdown.marker("evals/sums.yaml")
    hub.comments.append({"id": 1, "body": f"{marker} mine", "user": {"type": "User"}, "author_association": "NONE"})
    action.tell(run(), environment)
    assert [one["body"] == f"{marker} mine" for one in hub.comments] == [True, False]
    hub.comments[1]["user"], hub.comments[1]["author_association"] = {"type": "User"}, "MEMBER"
    action.tell(run(4, "It broke."), environment)
    assert "It broke" in hub.comments[1]["body"]


def test_two_evaluations_have_a_comment_each(hub, environment):
    action.tell(run(), environment)
    action.tell(run()._replace(file="other.yaml"), environment)
    assert len(hub.comments) == 2


def test_the_check_says_how_it_went_and_leads_to_the_report(hub, environment):
    action.tell(run(), environment)
    action.tell(run(1), environment)
    assert [commit for commit, _ in hub.statuses] == ["abc123", "abc123"]
    assert [status["state"] for _, status in hub.statuses] == ["success", "failure"]
    assert hub.statuses[0][1]["target_url"].startswith("https://api.example/")
    assert hub.statuses[1][1]["description"] == "The gate fails"


def test_a_command_that_broke_is_not_called_a_gate_that_fails(hub, environment):
    action.tell(run()._replace(code=1, summary=None, problem="ModuleNotFoundError"), environment)
    [(_, status)] = hub.statuses
    assert (status["state"], status["description"]) == ("failure", "The command broke")


def test_a_push_has_a_check_and_no_comment(hub, environment, tmp_path):
    (tmp_path / "event.json").write_text("{}")
    action.tell(run(), environment)
    assert (hub.comments, [commit for commit, _ in hub.statuses]) == ([], ["merged"])


def test_what_the_token_may_not_do_is_a_warning_that_says_what_it_needs(hub, environment, capsys):
    hub.refused_paths["/issues"] = 403
    action.tell(run(), environment)
    said = capsys.readouterr().out
    assert said.startswith("::warning::POST /issues/7/comments: 403 Resource not accessible by integration")
    assert "pull-requests: write" in said


def test_a_wrong_token_and_a_hub_that_is_away_are_warnings(hub, environment, capsys):
    action.tell(run(), {**environment, "GITHUB_TOKEN": "wrong"})
    action.tell(run(), {**environment, "GITHUB_API_URL": "http://127.0.0.1:9"})
    assert [line[:11] for line in capsys.readouterr().out.splitlines()] == ["::warning::"] * 2


@pytest.mark.parametrize(
    ("status", "headers", "waited"),
    [
        (429, {"Retry-After": "7"}, [7]),
        (403, {"Retry-After": "3"}, [3]),
        (429, {}, [60]),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "0"}, [1]),
    ],
)
def test_a_rate_limit_is_waited_for(hub, status, headers, waited):
    slept = []
    hub.refusals.append((status, headers, "slow down"))
    GitHub(hub.url, REPOSITORY, TOKEN, sleep=slept.append).put_comment(7, "<!--", "<!-- hi -->")
    assert (slept, len(hub.comments)) == (waited, 1)


def test_a_rate_limit_is_not_waited_for_too_long_nor_too_often(hub):
    slept = []
    ours = GitHub(hub.url, REPOSITORY, TOKEN, sleep=slept.append)
    hub.refusals.append((403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(time.time() + 3000)}, "later"))
    with pytest.raises(GitHubRefused, match="later"):
        ours.put_comment(7, "<!--", "x")
    hub.refusals += [(429, {"Retry-After": "1"}, "no")] * 9
    with pytest.raises(GitHubRefused, match="no"):
        ours.put_comment(7, "<!--", "x")
    assert slept == [1, 1, 1]


def test_the_comment_has_the_paired_table_the_reasons_and_a_link():
    gate = {"passed": False, "breaches": ["right: It is worse than the base."], "remarks": []}
    body = markdown.comment("f", summary(statistics={"right": score()}, gate=gate), 1)
    assert "<code>right</code> | 0.500 | 0.400 … 0.600 | -0.100 | -0.200 … +0.000 | 3 | 13 | 84 | 99 | 1" in body
    assert "- <code>right&#58; It is worse than the base&#46;</code>" in body
    assert "- <code>right</code>: <code>No difference that 100 datapoints can show&#46;</code>" in body
    assert "[The whole report](https://api.example/prod/app/o/p/sums/experiments/nightly?token=a.b)" in body
    assert "<table>" in rendered(body)


def rendered(text):
    """The comment as HTML, as a reader of GitHub's Markdown makes it; GitHub takes out more than that."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)


@pytest.mark.parametrize("nasty", NASTY)
def test_nothing_that_anybody_wrote_means_anything(nasty):
    gate = {"passed": False, "breaches": [nasty], "remarks": []}
    hostile = summary(
        project_name=nasty,
        experiment_name=nasty,
        comparison_experiment_name=nasty,
        statistics={nasty: score()},
        gate=gate,
    )
    tame = summary(
        project_name="x",
        experiment_name="x",
        comparison_experiment_name="x",
        statistics={"x": score()},
        gate={**gate, "breaches": ["x"]},
    )
    shown = PLAIN.sub("<code></code>", markdown.comment("f", hostile, 1))
    assert shown == PLAIN.sub("<code></code>", markdown.comment("f", tame, 1))
    html = rendered(markdown.comment("f", hostile, 1))
    tags = [re.match(r"</?(\w*|!--)", tag)[0] for tag in re.findall(r"<[^>]*>", html)]
    assert tags == [
        re.match(r"</?(\w*|!--)", tag)[0] for tag in re.findall(r"<[^>]*>", rendered(markdown.comment("f", tame, 1)))
    ]


@given(st.text())
def test_any_text_is_code_of_letters_and_entities(text):
    assert PLAIN.fullmatch(markdown.text(text))


@given(st.text())
def test_only_an_address_becomes_a_link_and_it_cannot_end_early(text):
    made = markdown.link(f"https://{text}")
    assert re.fullmatch(
        r"\[The whole report\]\(https://[\w:/?&=%.\-~]*\) \(the link ends after seven days\)", made, re.ASCII
    )
    assert markdown.link("javascript:alert(1)") == ""


def test_a_comment_of_many_long_names_is_one_that_github_takes():
    beside = {
        **score()["comparison"],
        "coverage": 0.5,
        "diff": -0.15,
        "ci": {**score()["ci"], "low": -0.2, "high": -0.1},
    }
    many = {f"{n} {'<' * 500}": score(comparison=beside) for n in range(300)}
    gate = {"passed": False, "breaches": ["<" * 500] * 300, "remarks": []}
    body = markdown.comment("f", summary(statistics=many, gate=gate), 1)
    assert len(body) < 65_536
    assert "… and 270 more" in body
    assert "Only 50&#37; of the datapoints are in the base too&#46;" in body


def test_without_a_key_nothing_is_run_and_it_says_why(tmp_path):
    page = tmp_path / "summary.md"
    code = action.main({"ASSAY_FILE": "evals/sums.yaml", "ASSAY_API_KEY": "", "GITHUB_STEP_SUMMARY": str(page)})
    assert code == 4
    assert "GitHub gives no secrets to pull requests from forks" in page.read_text()


def test_the_action_runs_what_is_there_and_gives_it_all_that_it_reads():
    steps = yaml.safe_load((ROOT / "action/action.yml").read_text())["runs"]["steps"]
    assert steps[-1]["run"] == '"$PYTHON" -m assay_cli.pull_request'
    read = set(
        re.findall(
            r'environment(?:\.get)?[\[(]"(ASSAY_\w+)"', (ROOT / "cli/assay_cli/pull_request/__main__.py").read_text()
        )
    )
    assert read | {"ASSAY_URL", "GITHUB_TOKEN", "PYTHON", "PYTHONPATH"} == set(steps[-1]["env"])
    inputs = yaml.safe_load((ROOT / "action/action.yml").read_text())["inputs"]
    assert set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action/action.yml").read_text())) == set(inputs)


def test_no_script_of_the_action_has_an_input_pasted_into_it():
    steps = yaml.safe_load((ROOT / "action/action.yml").read_text())["runs"]["steps"]
    assert not [step for step in steps if "${{" in step.get("run", "")]
