"""`assay up`, step by step. Every step finds what the last time left, and changes only what must change."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from assay.bootstrap import operator
from assay.domain.keys import parse
from assay.use_cases.manage_keys import create_key
from assay_cli import (
    cloud,
    env_file,
    gateway_responses,
    provider_settings,
    sam,
    sam_parameters,
    sandbox_settings,
)
from assay_cli.api import accepts, open_api
from assay_cli.artefacts import make_bucket
from assay_cli.aws_session import speak_to
from assay_cli.cloud import Cloud
from assay_cli.errors import CommandFailed
from assay_cli.places import Places
from assay_cli.reconcile import reconcile
from assay_cli.stack import DEFAULT_NAME, Stack, require_stack
from assay_cli.steps import Steps
from assay_cli.warm_up import warm_up

ORGANISATION = "local"


def bring_up(places: Places, port: int | None, steps: Steps) -> None:
    """Brings up the local cloud with the stack in it, and writes `.assay/env`. Raises CommandFailed."""
    outer = dict(os.environ)
    held_by = sandbox_settings.parameters(outer)
    settings = {**held_by, **provider_settings.parameters(outer)}
    sam.require_tools(outer.get("PATH", os.defpath))
    with held(places, port, outer, steps) as (here, started):
        speak_to(here.url)
        if deploy(places, settings, steps) or started:
            places.proven_file.unlink(missing_ok=True)
        stack = require_stack(DEFAULT_NAME)
        gateway_responses.tell(places, stack.output("ApiId"), stack.output("StageName"))
        provider_settings.keep_keys(stack.output("ProviderKeysSecretArn"), outer)
        found = sandbox_settings.levels(stack, held_by["SandboxMin"])
        steps.say(f"User code is held by: {'; '.join(f'{name}, {level}' for name, level in found.items())}.")
        if not places.proven_file.exists():
            prove(places, here, stack, steps)
        write_env(places, here, stack)
    steps.say(f"The API answers at {api_url(here, stack)}; `assay env` prints what clients need.")


@contextmanager
def held(places: Places, port: int | None, outer: Mapping[str, str], steps: Steps) -> Iterator[tuple[Cloud, bool]]:
    """The running cloud, and whether it was started here: then it is stopped again if the body fails."""
    here = cloud.running(places)
    if here is not None:
        require_same_port(here, port)
        steps.say(f"The local cloud runs on port {here.port}.")
        yield here, False
        return
    with steps.step("Start the local cloud"):
        here = cloud.start(places, cloud.chosen_port(places, port), outer)
    try:
        yield here, True
    except BaseException:
        cloud.stop(places, here)
        raise


def require_same_port(here: Cloud, port: int | None) -> None:
    """Raises CommandFailed where another port is asked for than that of the running cloud."""
    if port not in {None, here.port}:
        raise CommandFailed(f"The local cloud runs on port {here.port}: `assay down` first, to move it.")


def deploy(places: Places, settings: Mapping[str, str], steps: Steps) -> bool:
    """Builds the stack for this machine and deploys it. False where there was nothing to change."""
    target = sam.Target.here()
    made = sam.Build.local(places, target)
    places.deploy_log.write_text("")
    with steps.step("Build the stack"):
        sam.build(places, target, made, places.deploy_log)
    with steps.step("Deploy the stack"):
        make_bucket()
        parameters = {**sam_parameters.chosen(places, "local", ()), **target.parameters, **settings}
        command = sam.deploy_command(places, made, DEFAULT_NAME, "local", parameters)
        return sam.UP_TO_DATE not in sam.run(places, command, target, places.deploy_log)


def prove(places: Places, here: Cloud, stack: Stack, steps: Steps) -> None:
    """Tells the stack what a restart broke, and sees that it works."""
    with steps.step("Reconcile what a restart broke"):
        reconcile(places, stack)
    with steps.step("Warm the functions with a one-row evaluation"):
        warm_up(api_url(here, stack), stack)
    places.proven_file.touch()


def api_url(here: Cloud, stack: Stack) -> str:
    """ASSAY_URL: the root under which both dialects answer."""
    return f"{here.url}/_aws/execute-api/{stack.output('ApiId')}/{stack.output('StageName')}"


def write_env(places: Places, here: Cloud, stack: Stack) -> None:
    """Writes `.assay/env`, with the key it has if that is still good, else with a new one."""
    url = api_url(here, stack)
    key = env_file.read(places).get("ASSAY_API_KEY")
    if key is None or not still_good(url, key):
        _, key = create_key(ORGANISATION, name="assay up", **operator(stack.output("TableName")))
    env_file.write(places, env_file.assay_variables(url, key) | env_file.aws_variables(here.url))


def still_good(url: str, key: str) -> bool:
    """Whether the API knows the key."""
    with open_api(url, key) as api:
        return parse(key) is not None and accepts(api)
