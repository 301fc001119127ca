"""What providers want of all who call them: a hold and the denials of each account, which expire by themselves."""

from contextlib import suppress
from datetime import datetime, timedelta

from assay.adapters.dynamodb.table import Table, races_as_conflicts
from assay.domain.errors import Conflict
from assay.domain.provider_limit import DENIAL, Denial, Hold, ProviderLimit

SCOPE = "@limits"
HOLD, DENIED = "hold", "denied#"
KEPT = timedelta(hours=1)
"""How long after it has ended a limit is kept: nobody's clock is that wrong."""


class DynamoProviderLimits:
    """Implements ports.ProviderLimits."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def read(self, organisation: str, account: str) -> ProviderLimit:
        found = {
            item["sk"]["S"].removeprefix(f"{account}#"): item["limit"]["S"]
            for item in self.table.query(organisation, SCOPE, f"{account}#")
        }
        hold = found.pop(HOLD, None)
        return ProviderLimit(
            hold=Hold.model_validate_json(hold) if hold else None,
            denials={name.removeprefix(DENIED): Denial.model_validate_json(text) for name, text in found.items()},
        )

    def hold(self, organisation: str, account: str, hold: Hold) -> None:
        with suppress(Conflict), races_as_conflicts():
            self.table.client.update_item(
                TableName=self.table.name,
                Key=self.table.key(organisation, SCOPE, f"{account}#{HOLD}"),
                UpdateExpression="SET #limit = :limit, ends = :ends, expires = :expires",
                ConditionExpression="attribute_not_exists(pk) OR ends < :ends",
                ExpressionAttributeNames={"#limit": "limit"},
                ExpressionAttributeValues={
                    ":limit": {"S": hold.model_dump_json()},
                    ":ends": {"N": str(int(hold.until.timestamp() * 1000))},
                    ":expires": {"N": seconds(hold.until + KEPT)},
                },
            )

    def deny(self, organisation: str, account: str, model: str, denial: Denial) -> None:
        item = {
            **self.table.key(organisation, SCOPE, f"{account}#{DENIED}{model}"),
            "limit": {"S": denial.model_dump_json()},
            "expires": {"N": seconds(denial.at + DENIAL + KEPT)},
        }
        self.table.client.put_item(TableName=self.table.name, Item=item)


def seconds(moment: datetime) -> str:
    """A moment as DynamoDB wants it for its time to live."""
    return str(int(moment.timestamp()))
