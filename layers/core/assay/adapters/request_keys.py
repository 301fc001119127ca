"""Provider keys that came with a request: enciphered for their evaluation, in one item, for a day at most."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from pydantic import SecretStr

from assay.adapters.dynamodb.table import Table, races_as_conflicts
from assay.domain.errors import Conflict
from assay.domain.evaluation import Pass

ITEM = "keys"
LIFE = timedelta(hours=24)
"""DynamoDB deletes within two days of it; nobody reads the keys after it."""


class DynamoRequestKeys:
    """Implements ports.RequestKeys. `kms` makes boto3's client."""

    def __init__(self, table: Table, kms: Callable[[], Any], now: Callable[[], datetime]) -> None:
        self.table, self.kms, self.now = table, kms, now

    def read(self, organisation: str, evaluation_id: str) -> dict[str, SecretStr]:
        item = self.table.get(organisation, evaluation_id, ITEM)
        if item is None or int(item["expires"]["N"]) <= self.now().timestamp():
            return {}
        answer = self.kms().decrypt(
            CiphertextBlob=item["enciphered"]["B"], EncryptionContext=context(organisation, evaluation_id)
        )
        return {name: SecretStr(key) for name, key in json.loads(answer["Plaintext"]).items()}

    def forget(self, this: Pass) -> None:
        with suppress(Conflict), races_as_conflicts():
            self.table.client.delete_item(
                TableName=self.table.name,
                Key=self.table.key(this.organisation, this.evaluation_id, ITEM),
                ConditionExpression="attribute_not_exists(pk) OR #pass <= :pass",
                ExpressionAttributeNames={"#pass": "pass"},
                ExpressionAttributeValues={":pass": {"N": str(this.number)}},
            )


class DynamoRequestKeyIntake:
    """Implements ports.RequestKeyIntake. `key_id` is the KMS key's."""

    def __init__(self, table: Table, kms: Callable[[], Any], key_id: str, now: Callable[[], datetime]) -> None:
        self.table, self.kms, self.key_id, self.now = table, kms, key_id, now

    def keep(self, this: Pass, keys: Mapping[str, SecretStr]) -> None:
        plain = json.dumps({name: key.get_secret_value() for name, key in keys.items()}).encode()
        answer = self.kms().encrypt(
            KeyId=self.key_id, Plaintext=plain, EncryptionContext=context(this.organisation, this.evaluation_id)
        )
        item = {
            **self.table.key(this.organisation, this.evaluation_id, ITEM),
            "enciphered": {"B": answer["CiphertextBlob"]},
            "pass": {"N": str(this.number)},
            "expires": {"N": str(int((self.now() + LIFE).timestamp()))},
        }
        self.table.client.put_item(TableName=self.table.name, Item=item)


def context(organisation: str, evaluation_id: str) -> dict[str, str]:
    """What the cipher is bound to: with another organisation or evaluation it cannot be deciphered."""
    return {"organisation": organisation, "evaluation": evaluation_id}
