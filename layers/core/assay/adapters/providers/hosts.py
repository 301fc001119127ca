"""Where each provider is, and how it is spoken to."""

from collections.abc import Callable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from assay.adapters.providers.anthropic import VERSION, AnthropicWire
from assay.adapters.providers.converse import ConverseWire
from assay.adapters.providers.openai import OpenAIWire
from assay.adapters.providers.wire import Wire
from assay.domain.errors import ConfigurationError

BEARER = {"Authorization": "Bearer {}"}
REGION = "{region}"
AZURE_PATH = "openai/v1"
AZURE_ENDPOINT = "openai_azure_endpoint"
"""What requests call the address of their resource on Azure (contracts/humanloop-v4.md §5.9)."""


class Host(NamedTuple):
    """A provider: its base URL, the headers in which `{}` is the key, and the wire."""

    base_url: str
    headers: Mapping[str, str]
    wire: Wire


OPENAI = OpenAIWire()
HOSTS = {
    "openai": Host("https://api.openai.com/v1", BEARER, OPENAI),
    "openai_azure": Host("", {"api-key": "{}"}, OPENAI),
    "anthropic": Host(
        "https://api.anthropic.com/v1", {"x-api-key": "{}", "anthropic-version": VERSION}, AnthropicWire()
    ),
    "bedrock": Host("https://bedrock-runtime.{region}.amazonaws.com", BEARER, ConverseWire()),
    "google": Host("https://generativelanguage.googleapis.com/v1beta/openai", BEARER, OPENAI),
    "groq": Host("https://api.groq.com/openai/v1", BEARER, OPENAI),
    "cohere": Host("https://api.cohere.ai/compatibility/v1", BEARER, OPENAI),
}


def host_of(provider: str, base_urls: Mapping[str, str], region: Callable[[], str]) -> Host:
    """The provider, at the base URL that the stack or the request has for it. Raises ConfigurationError."""
    if provider not in HOSTS:
        raise ConfigurationError(f"Assay cannot call the provider '{provider}'; it can call {', '.join(HOSTS)}, mock.")
    host = HOSTS[provider]
    base_url = base_urls.get(provider) or host.base_url
    if REGION in base_url:
        base_url = base_url.replace(REGION, region())
    if not base_url:
        raise ConfigurationError(
            "Where is the resource on Azure? Send openai_azure_endpoint among provider_api_keys, or let the operator "
            "name openai_azure in the stack's parameter ProviderBaseUrls."
        )
    return host._replace(base_url=with_azure_path(base_url) if provider == "openai_azure" else base_url)


def with_azure_path(endpoint: str) -> str:
    """The base URL of a resource on Azure that is named without one, as `https://NAME.openai.azure.com/`."""
    return endpoint if urlsplit(endpoint).path.strip("/") else f"{endpoint.rstrip('/')}/{AZURE_PATH}"
