"""The operator's provider keys, in Secrets Manager."""

from typing import Any

from pydantic import ConfigDict, SecretStr, TypeAdapter, ValidationError

from assay.domain.errors import ConfigurationError

SUFFIX = "_api_key"
KEYS = TypeAdapter(dict[str, SecretStr], config=ConfigDict(hide_input_in_errors=True))
"""The secret's JSON: `{"openai_api_key": "…"}`."""


def read_provider_keys(client: Any, secret_id: str) -> dict[str, SecretStr]:
    """The keys by provider, as they are now. `client` is boto3's. Raises ConfigurationError without the secret."""
    text = client.get_secret_value(SecretId=secret_id)["SecretString"]
    try:
        kept = KEYS.validate_json(text)
    except ValidationError as error:
        raise ConfigurationError(
            'The secret with the provider keys is not of the form {"openai_api_key": "…"}.'
        ) from error
    return {name.removesuffix(SUFFIX): key for name, key in kept.items()}
