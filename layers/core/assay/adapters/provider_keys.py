"""The operator's provider keys, in Secrets Manager."""

from typing import Any

from pydantic import BaseModel, SecretStr


class ProviderKeys(BaseModel):
    """The secret's JSON. A key that is absent means that the stack cannot call that provider."""

    openai_api_key: SecretStr | None = None
    anthropic_api_key: SecretStr | None = None


def read_provider_keys(client: Any, secret_id: str) -> ProviderKeys:
    """The keys as they are now. `client` is boto3's."""
    return ProviderKeys.model_validate_json(client.get_secret_value(SecretId=secret_id)["SecretString"])
