"""The operator's provider keys, in Secrets Manager."""

from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from assay.domain.errors import ConfigurationError


class ProviderKeys(BaseModel):
    """The secret's JSON. A key that is absent means that the stack cannot call that provider."""

    model_config = ConfigDict(hide_input_in_errors=True)

    openai_api_key: SecretStr | None = None
    anthropic_api_key: SecretStr | None = None


def read_provider_keys(client: Any, secret_id: str) -> ProviderKeys:
    """The keys as they are now. `client` is boto3's. Raises ConfigurationError, which does not repeat the secret."""
    text = client.get_secret_value(SecretId=secret_id)["SecretString"]
    try:
        return ProviderKeys.model_validate_json(text)
    except ValidationError as error:
        raise ConfigurationError(
            'The secret with the provider keys is not of the form {"openai_api_key": "…"}.'
        ) from error
