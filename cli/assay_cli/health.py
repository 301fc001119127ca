"""How well the stack shuts user code off, in its own words."""

import httpx

from assay_cli.errors import StepFailed

SECONDS = 60


def sandboxes(api_url: str) -> str:
    """A sentence for people: the level of each sandbox. Raises StepFailed where the stack does not answer."""
    try:
        answer = httpx.get(f"{api_url}/health", timeout=SECONDS, trust_env=False).raise_for_status().json()
    except httpx.HTTPError as error:
        raise StepFailed(f"{api_url}/health does not answer: {error}") from error
    reached = "; ".join(f"{runtime} {level or 'does not answer'}" for runtime, level in answer["sandbox"].items())
    return f"User code is held by: {reached}."
