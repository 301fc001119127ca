"""GitHub's API, as far as a comment and a commit status need it."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

TIMEOUT = httpx.Timeout(30, connect=10)
ATTEMPTS = 4
LONGEST_WAIT = 60.0
"""Seconds that we let GitHub keep us waiting before one more attempt."""
TRUSTED = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
"""What the authors of comments are called who belong to a repository; a token of a person's is one of theirs."""
THROTTLED = frozenset({403, 429})
UNSAID = 60.0
"""Seconds that GitHub asks for where it does not say how long it throttles."""
PAGE = 100
MOST_PAGES = 20
LONGEST_DESCRIPTION = 140


class GitHubRefused(Exception):
    """GitHub did not do what it was asked to. `status` is HTTP's; None where nobody answered."""

    def __init__(self, problem: str, status: int | None = None) -> None:
        super().__init__(problem)
        self.status = status


class GitHub:
    """One repository, as the holder of a token sees it."""

    def __init__(self, url: str, repository: str, token: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
        self.http = httpx.Client(base_url=f"{url}/repos/{repository}", headers=headers, timeout=TIMEOUT)
        self.sleep = sleep

    def put_comment(self, issue: int, marker: str, body: str) -> None:
        """Updates our comment that begins with a marker; makes one where there is none. Raises GitHubRefused."""
        found = next((one for one in self.comments(issue) if is_ours(one, marker)), None)
        if found is None:
            self.ask("POST", f"/issues/{issue}/comments", {"body": body})
        else:
            self.ask("PATCH", f"/issues/comments/{int(found['id'])}", {"body": body})

    def comments(self, issue: int) -> Iterator[dict[str, Any]]:
        """The comments on a pull request, the oldest first."""
        for page in range(1, MOST_PAGES + 1):
            found = self.ask("GET", f"/issues/{issue}/comments?per_page={PAGE}&page={page}")
            yield from found
            if len(found) < PAGE:
                return

    def set_status(self, commit: str, *, passed: bool, context: str, description: str, link: str | None) -> None:
        """Sets a check of a commit. Raises GitHubRefused."""
        status = {
            "state": "success" if passed else "failure",
            "context": context[:LONGEST_DESCRIPTION],
            "description": description[:LONGEST_DESCRIPTION],
        }
        self.ask("POST", f"/statuses/{commit}", {**status, **({"target_url": link} if link else {})})

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What GitHub answers. What is throttled is asked again when GitHub says so. Raises GitHubRefused."""
        for attempt in range(1, ATTEMPTS + 1):
            answer = self.sent(method, path, body)
            if not answer.is_error:
                return answer.json()
            wait = wait_of(answer)
            if wait is None or wait > LONGEST_WAIT or attempt == ATTEMPTS:
                break
            self.sleep(wait)
        raise GitHubRefused(
            f"{method} {path.partition('?')[0]}: {answer.status_code} {message(answer)}", answer.status_code
        )

    def sent(self, method: str, path: str, body: object) -> httpx.Response:
        """GitHub's answer, whatever it is. Raises GitHubRefused where there is none."""
        try:
            return self.http.request(method, path, json=body)
        except httpx.TransportError as error:
            raise GitHubRefused(f"GitHub does not answer: {error}") from error


def is_ours(comment: dict[str, Any], marker: str) -> bool:
    """Whether a comment begins with the marker, and is of an app or of somebody who may write to the repository.

    Anybody may comment: what a stranger began in our name is not what results are written into.
    """
    is_trusted = (comment.get("user") or {}).get("type") == "Bot" or comment.get("author_association") in TRUSTED
    return is_trusted and str(comment.get("body") or "").startswith(marker)


def wait_of(answer: httpx.Response) -> float | None:
    """Seconds until asking again makes sense; None where it does not."""
    if answer.status_code not in THROTTLED:
        return None
    after = answer.headers.get("retry-after", "")
    if after.isdigit():
        return float(after)
    if answer.headers.get("x-ratelimit-remaining") == "0":
        return max(float(answer.headers.get("x-ratelimit-reset", 0)) - time.time(), 1.0)
    return UNSAID if answer.status_code == httpx.codes.TOO_MANY_REQUESTS else None


def message(answer: httpx.Response) -> str:
    """Why GitHub says no."""
    try:
        return str(answer.json()["message"])[:200]
    except (ValueError, KeyError, TypeError):
        return ""
