"""API keys in DynamoDB; each change and its event are one write."""

from dataclasses import dataclass
from typing import Any, Final

from docchain.clock import epoch, now
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.api_keys import owned
from docchain.identity.api_keys.errors import ApiKeyNotFound, TooManyApiKeys
from docchain.identity.api_keys.models import ApiKey
from docchain.storage.conditions import Attr
from docchain.storage.errors import ConditionFailed, TooMuchContention
from docchain.storage.idempotency import IdempotencyKey
from docchain.storage.items import Item
from docchain.storage.outbox import event_item
from docchain.storage.table import Action, Table

KEYS_MOST: Final = 50
_TRIES = 8


@dataclass(frozen=True)
class ApiKeyRepository:
    table: Table

    def read(self, tenant_id: str, user_id: int, key_id: str) -> ApiKey:
        """The user's own. Raises ``ApiKeyNotFound``."""
        item = self.table.get(keys.api_key(tenant_id, key_id), keys.API_KEY, consistent=True)
        key = to_api_key(tenant_id, item) if item else None
        if key is None or key.user_id != user_id or key.has_expired:
            raise ApiKeyNotFound
        return key

    def read_all(self, tenant_id: str, user_id: int) -> list[ApiKey]:
        """Two reads, consistent; newest first. At most fifty."""
        ids = owned.read_owned(self.table, tenant_id, user_id).ids
        found = self.table.get_many([(keys.api_key(tenant_id, i), keys.API_KEY) for i in ids], consistent=True)
        stored = {item["id"]: to_api_key(tenant_id, item) for item in found.values()}
        return [stored[i] for i in reversed(ids) if i in stored]

    def add(self, key: ApiKey, actor: str, once: IdempotencyKey | None) -> None:
        """Raises ``TooManyApiKeys``, and ``ConditionFailed`` when the idempotency key was used meanwhile."""
        for _ in range(_TRIES):
            known = owned.read_owned(self.table, key.tenant_id, key.user_id)
            if len(known.ids) >= KEYS_MOST:
                raise TooManyApiKeys(KEYS_MOST)
            actions = [
                owned.adding(self.table, known, key.id, key.expires_at),
                self.table.putting(_item(key), when=Attr("pk").not_exists()),
                self.table.putting(event_item(_fact("api_key.created", key, actor, _told(key)))),
                *([once.recording(self.table, {"api_key_id": key.id})] if once else []),
            ]
            try:
                self.table.transact(actions)
            except ConditionFailed as error:
                if error.failed[0] > 0:
                    raise
                continue  # a key was added or removed meanwhile
            return
        raise TooMuchContention("Keys of this user are created too often; try again.")

    def rotate(
        self, key: ApiKey, secret_hash: str, overlap_seconds: int, actor: str, once: IdempotencyKey | None
    ) -> None:
        """Raises ``ConditionFailed`` when it was rotated or revoked meanwhile."""
        until = epoch() + overlap_seconds if overlap_seconds else None
        changing = self.table.updating(
            *_at(key),
            set_={
                "secret_hash": secret_hash,
                "rotated_at": now(),
                "previous_hash": key.secret_hash if until else None,
                "previous_until": until,
            },
            when=Attr("secret_hash").eq(key.secret_hash),
        )
        fact = _fact("api_key.rotated", key, actor, {"overlap_seconds": overlap_seconds})
        recording = [once.recording(self.table, {"api_key_id": key.id})] if once else []
        self.table.transact([changing, self.table.putting(event_item(fact)), *recording])

    def revoke(self, key: ApiKey, actor: str) -> None:
        """Raises ``ApiKeyNotFound`` when it was revoked meanwhile."""
        try:
            self.table.transact(
                [
                    self.table.deleting(*_at(key), when=Attr("pk").exists()),
                    owned.removing(self.table, key.tenant_id, key.user_id, key.id),
                    self.table.putting(event_item(_fact("api_key.revoked", key, actor, {"name": key.name}))),
                ]
            )
        except ConditionFailed:
            raise ApiKeyNotFound from None

    def noting_use(self, key: ApiKey, changes: dict[str, Any], fact: Event | None) -> None:
        """Raises ``ConditionFailed`` when another use was noted meanwhile, or the key has just ended."""
        unseen = Attr("last_used_at").eq(key.last_used_at) if key.last_used_at else Attr("last_used_at").not_exists()
        condition = Attr("pk").exists() & unseen
        if fact is None:
            self.table.update(*_at(key), set_=changes, when=condition)
            return
        noting: Action = self.table.updating(*_at(key), set_=changes, when=condition)
        self.table.transact([noting, self.table.putting(event_item(fact))])


def to_api_key(tenant_id: str, item: Item) -> ApiKey:
    return ApiKey.model_validate({**item, "tenant_id": tenant_id})


def _at(key: ApiKey) -> tuple[str, str]:
    return keys.api_key(key.tenant_id, key.id), keys.API_KEY


def _item(key: ApiKey) -> Item:
    at = dict(zip(("pk", "sk"), _at(key), strict=True))
    return {**at, "entity": "api_key", **key.model_dump(exclude={"tenant_id"})}


def _told(key: ApiKey) -> dict[str, Any]:
    told = ("name", "permissions", "allowed_addresses", "expires_at")
    return {name: value for name, value in key.model_dump(mode="json").items() if name in told}


def _fact(kind: str, key: ApiKey, actor: str, data: dict[str, Any]) -> Event:
    return Event(
        type=kind,
        tenant_id=key.tenant_id,
        subject=f"api_keys/{key.id}",
        actor=actor,
        data={"api_key_id": key.id, "user_id": key.user_id, **data},
    )
