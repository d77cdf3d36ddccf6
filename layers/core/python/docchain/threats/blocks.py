"""Blocked addresses: an item per address for the doors (identity table), and a list for people (guard table)."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

from docchain.clock import epoch, now
from docchain.errors import NotFound, invalid
from docchain.events.models import Event
from docchain.identity import keys as identity_keys
from docchain.identity.addresses import canonical_address
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Page, Table
from docchain.threats import keys
from docchain.threats.models import Block

MINUTES_MOST: Final = 30 * 24 * 60
# Where a developer's machine, its containers and its house sit; from the internet no call comes from there.
NEVER_BLOCKED: Final = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::/127",
        "fc00::/7",
        "fe80::/10",
    )
)


class AddressNotBlocked(NotFound):
    def __init__(self, address: str) -> None:
        super().__init__(f"The address {address} is not blocked.")


@dataclass(frozen=True)
class BlockRepository:
    guard: Table
    identity: Table

    def block(self, tenant_id: str, block: Block, actor: str | None) -> None:
        """A second time moves its end."""
        self.guard.transact(self.blocking(tenant_id, block, actor))

    def blocking(self, tenant_id: str, block: Block, actor: str | None) -> list[Action]:
        item = {"entity": "block", **block.model_dump()}
        door = {"pk": identity_keys.blocked(tenant_id, block.address), "sk": identity_keys.BLOCKED, **item}
        told = Event(
            type="address.blocked",
            tenant_id=tenant_id,
            subject=f"addresses/{block.address}",
            actor=actor,
            data={"address": block.address, "reason": block.reason, "expires_at": block.expires_at},
        )
        return [
            self.identity.putting(door),
            self.guard.putting({"pk": keys.blocked(tenant_id), "sk": block.address, **item}),
            self.guard.putting(event_item(told)),
        ]

    def find(self, tenant_id: str, address: str) -> Block | None:
        item = self.guard.get(keys.blocked(tenant_id), canonical_address(address), consistent=True)
        return Block.model_validate(item) if item else None

    def unblock(self, tenant_id: str, address: str, actor: str) -> None:
        """Raises ``AddressNotBlocked``."""
        spelled = canonical_address(address)
        told = Event(
            type="address.unblocked",
            tenant_id=tenant_id,
            subject=f"addresses/{spelled}",
            actor=actor,
            data={"address": spelled},
        )
        try:
            self.guard.transact(
                [
                    self.guard.deleting(keys.blocked(tenant_id), spelled, when=Attr("pk").exists()),
                    self.identity.deleting(identity_keys.blocked(tenant_id, spelled), identity_keys.BLOCKED),
                    self.guard.putting(event_item(told)),
                ]
            )
        except ConditionFailed:
            raise AddressNotBlocked(spelled) from None

    def read_page(self, tenant_id: str, *, limit: int, start_key: Item | None) -> tuple[list[Block], Page]:
        page = self.guard.query(keys.blocked(tenant_id), limit=limit, start_key=start_key)
        found = (Block.model_validate(item) for item in page.items)
        # TTL deletes late.
        return [block for block in found if block.expires_at > epoch()], page


def new_block(address: str, reason: str, blocked_by: str, minutes: int) -> Block:
    """Raises ``ValidationFailed`` for what is no address, or one of ``NEVER_BLOCKED``."""
    spelled = canonical_address(address)
    try:
        read = ip_address(spelled)
    except ValueError:
        raise invalid("address", "is not an IP address; networks are not blocked here") from None
    if any(read in network for network in NEVER_BLOCKED):
        raise invalid("address", "is this machine's own, or of a private network")
    return Block(
        address=spelled,
        reason=reason,
        blocked_by=blocked_by,
        blocked_at=now(),
        expires_at=epoch() + minutes * 60,
    )
