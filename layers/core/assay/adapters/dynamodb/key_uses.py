"""When API keys were last used: an item beside each key, written once in some minutes however much a key is used."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

from assay.adapters.dynamodb.table import Table, races_as_conflicts
from assay.domain.errors import Conflict

USED = "used"
INTERVAL = timedelta(minutes=5)
PROCESSES_AGREE = "attribute_not_exists(used) OR used < :stale"


class DynamoKeyUses:
    """Implements ports.KeyUses. A process remembers what it noted, so that most requests write nothing."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.noted: dict[str, datetime] = {}

    def note(self, organisation: str, key_id: str, now: datetime) -> None:
        if now - self.noted.get(key_id, now - INTERVAL) < INTERVAL:
            return
        self.noted[key_id] = now
        with suppress(Conflict), races_as_conflicts():
            self.table.client.update_item(
                TableName=self.table.name,
                Key=self.table.key(organisation, key_id, USED),
                UpdateExpression="SET used = :now",
                ConditionExpression=PROCESSES_AGREE,
                ExpressionAttributeValues={":now": seconds(now), ":stale": seconds(now - INTERVAL)},
            )

    def last(self, organisation: str, key_id: str) -> datetime | None:
        item = self.table.get(organisation, key_id, USED)
        return datetime.fromtimestamp(int(item["used"]["N"]), UTC) if item else None


def seconds(moment: datetime) -> dict[str, str]:
    """A moment as a number of DynamoDB's, in whole seconds."""
    return {"N": str(int(moment.timestamp()))}
