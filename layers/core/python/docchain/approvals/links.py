"""Links by which one person may decide: ``{tenant}.{secret}``, of which only the hash is kept.

Opening one changes nothing, since mail scanners open them all. It is used up with the decision: the approval is over,
or this person has said what they think.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass

from docchain.approvals.errors import LinkNotFound
from docchain.clock import epoch, from_iso
from docchain.storage.table import Table

_FORM = re.compile(r"([A-Za-z0-9_]{1,64})\.([A-Za-z0-9_-]{43})", re.ASCII)
_SECRET_BYTES = 32


@dataclass(frozen=True)
class Link:
    """``principal`` is the name by which its holder is asked, ``name`` how they are called in the record.

    ``user_id`` is of whom the link was made for, unless they were asked by an address alone.
    """

    tenant_id: str
    run_id: int
    node: str
    principal: str
    name: str
    user_id: int | None = None


def make_link(table: Table, link: Link, due_at: str) -> str:
    """The token to mail. It lives as long as the approval."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    item = {
        "pk": _pk(link.tenant_id),
        "sk": _hash(secret),
        "entity": "approval_link",
        "run_id": link.run_id,
        "node": link.node,
        "principal": link.principal,
        "name": link.name,
        "user_id": link.user_id,
        "expires_at": int(from_iso(due_at).timestamp()),
    }
    table.put(item)
    return f"{link.tenant_id}.{secret}"


def open_link(table: Table, token: str) -> Link:
    """Raises ``LinkNotFound``."""
    form = _FORM.fullmatch(token)
    item = table.get(_pk(form[1]), _hash(form[2]), consistent=True) if form else None
    # TTL deletes late.
    if form is None or item is None or item["expires_at"] <= epoch():
        raise LinkNotFound
    return Link(form[1], item["run_id"], item["node"], item["principal"], item["name"], item.get("user_id"))


def _pk(tenant_id: str) -> str:
    return f"{tenant_id}#approval_links"


def _hash(secret: str) -> str:
    """No salt and no cost: 256 random bits cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()
