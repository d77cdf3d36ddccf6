"""Entries as items. A personal value is kept as its canonical JSON: DynamoDB would make ``1.0`` a ``1``."""

import json
from typing import Any

from docchain.audit import keys
from docchain.audit.hashing import PERSONAL, canonical_json
from docchain.audit.models import Entry, Sealed
from docchain.storage.items import Item


def to_item(entry: Entry) -> Item:
    user_id = entry.user_id.value
    return {
        "pk": keys.entries(entry.tenant_id, entry.seq),
        "sk": keys.entry(entry.seq),
        "entity": "entry",
        "gsi_sk": keys.entry(entry.seq),
        "gsi_pk": None if user_id is None else keys.of_user(entry.tenant_id, user_id),
        "type_pk": keys.of_type(entry.tenant_id, entry.event_type),
        "severity_pk": keys.of_severity(entry.tenant_id, entry.severity),
        **entry.model_dump(mode="json", exclude=set(PERSONAL)),
        "personal": personal_map(entry),
    }


def to_entry(item: Item) -> Entry:
    plain = {name: item.get(name) for name in Entry.model_fields if name not in PERSONAL}
    return Entry.model_validate({**plain, **{f: _sealed(item["personal"][f]) for f in PERSONAL}})


def personal_map(entry: Entry) -> dict[str, dict[str, str]]:
    """Attribute ``personal``: erasing an entry sets this anew and removes ``gsi_pk``."""
    return {field: _written(sealed) for field, sealed in entry.personal.items()}


def _written(sealed: Sealed) -> dict[str, str]:
    if sealed.salt is None:
        return {"commitment": sealed.commitment}
    return {"value": canonical_json(sealed.value).decode(), "salt": sealed.salt, "commitment": sealed.commitment}


def _sealed(written: dict[str, str]) -> dict[str, Any]:
    value = json.loads(written["value"]) if "value" in written else None
    return {"value": value, "salt": written.get("salt"), "commitment": written["commitment"]}
