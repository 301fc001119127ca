"""Which model provider the stack calls, and with which key.

When OPENAI_API_KEY or OPENAI_BASE_URL is in the environment, both are taken from it: a key never goes to a host it was
not meant for. When neither is, what the stack has is kept. ANTHROPIC_API_KEY stands for itself.
"""

import json
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import boto3

from assay_cli.errors import CommandFailed

SUFFIX = "_api_key"
OPENAI = "https://api.openai.com/v1"


def parameters(outer: Mapping[str, str]) -> dict[str, str]:
    """The stack's parameters that the environment decides; none that it does not. Raises CommandFailed."""
    if not decides_openai(outer):
        return {}
    base_url = outer.get("OPENAI_BASE_URL") or OPENAI
    return {"OpenAIBaseUrl": base_url, "AllowedProviderHosts": plain_host(base_url)}


def decides_openai(outer: Mapping[str, str]) -> bool:
    """Whether the environment says anything about OpenAI."""
    return bool(outer.get("OPENAI_API_KEY") or outer.get("OPENAI_BASE_URL"))


def plain_host(base_url: str) -> str:
    """The host and port of a provider without TLS, which the local cloud allows; '' for one with TLS.

    Raises CommandFailed for what is no such address, or holds a password.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        raise CommandFailed("OPENAI_BASE_URL must be an address like https://host/v1, without a password in it.")
    return parts.netloc if parts.scheme == "http" else ""


def merged_keys(kept: Mapping[str, str], outer: Mapping[str, str]) -> dict[str, str]:
    """The provider keys that the stack shall have, given those that it has."""
    keys = dict(kept)
    if decides_openai(outer):
        keys.pop("openai_api_key", None)
        keys |= {"openai_api_key": outer["OPENAI_API_KEY"]} if outer.get("OPENAI_API_KEY") else {}
    if outer.get("ANTHROPIC_API_KEY"):
        keys["anthropic_api_key"] = outer["ANTHROPIC_API_KEY"]
    return keys


def keep_keys(secret_id: str, outer: Mapping[str, str]) -> bool:
    """Brings the stack's secret up to date with the environment. True where that changed it."""
    return changed(secret_id, lambda kept: merged_keys(kept, outer))


def change_key(secret_id: str, provider: str, key: str | None) -> bool:
    """Puts a provider's key into the stack's secret, or takes it out. True where that changed it."""
    name = f"{provider}{SUFFIX}"
    others = {name: None} if key is None else {name: key}
    return changed(secret_id, lambda kept: {each: value for each, value in {**kept, **others}.items() if value})


def named_keys(secret_id: str) -> list[str]:
    """The providers of which the stack's secret has a key."""
    kept = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"])
    return sorted(name.removesuffix(SUFFIX) for name in kept)


def changed(secret_id: str, change: Callable[[dict[str, str]], dict[str, str]]) -> bool:
    """Writes the secret as `change` makes it of what it was. True where that is something else."""
    secrets = boto3.client("secretsmanager")
    kept = json.loads(secrets.get_secret_value(SecretId=secret_id)["SecretString"])
    keys = change(kept)
    if keys == kept:
        return False
    secrets.put_secret_value(SecretId=secret_id, SecretString=json.dumps(keys))
    return True
