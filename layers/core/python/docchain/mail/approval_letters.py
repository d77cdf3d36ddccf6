"""Letters to those who are asked for an approval: one for each, with a link of their own by which they decide."""

from collections.abc import Iterator
from typing import Final

from docchain.approvals.links import Link, make_link
from docchain.approvals.models import EMAIL, ROLE, USER
from docchain.clock import epoch, from_iso
from docchain.events.models import Event
from docchain.identity import keys
from docchain.identity.users import UserRepository
from docchain.mail.kinds import Desk
from docchain.mail.letter import Letter
from docchain.storage.table import Table

KINDS: Final = frozenset({"approval.requested", "approval.delegated"})
LINKS: Final = "/api/v3/workflows/approvals/links"
# Of a large tenant the first users are asked; the others see it in their list.
USERS_READ, ROLE_WRITTEN_TO = 200, 20
LETTERS_MOST = 40


def approval_letters(desk: Desk, links: Table, fact: Event) -> Iterator[Letter]:
    """Each makes its link, and the links of letters that were sent before stay good. None once the time is over."""
    if from_iso(fact.data["due_at"]).timestamp() <= epoch():
        return
    people = (person for principal in fact.data["approvers"] for person in _people(desk, fact.tenant_id, principal))
    written_to: set[str] = set()
    for principal, name, address, user_id in people:
        if address in written_to or len(written_to) >= LETTERS_MOST:
            continue
        written_to.add(address)
        yield _letter(
            desk,
            links,
            fact,
            Link(fact.tenant_id, fact.data["run_id"], fact.data["node"], principal, name, user_id),
            address,
        )


def _letter(desk: Desk, links: Table, fact: Event, link: Link, address: str) -> Letter:
    token = make_link(links, link, fact.data["due_at"])
    by = f" {fact.actor} hands it on to you." if fact.type == "approval.delegated" else ""
    return Letter(
        to=address,
        subject="Your approval is asked for",
        greeting=f"Hello {link.name},",
        before=(f"a workflow asks for your decision.{by}", fact.data["message"]),
        label="Look at it and decide",
        url=f"{desk.public_url}{LINKS}/{token}",
        after=(f"Until {fact.data['due_at']}. Whoever has this link decides in your name: do not hand it on.",),
    )


def _people(desk: Desk, tenant_id: str, principal: str) -> Iterator[tuple[str, str, str, int | None]]:
    """The name asked by, how the record calls them, their address and their number."""
    kind, _, name = principal.partition(":")
    if kind == EMAIL:
        yield principal, name, name, None
    if kind == USER:
        users = UserRepository(desk.identity)
        user = users.find_by_login(name)
        if user and user.tenant_id == tenant_id and user.is_active:
            yield principal, user.username, user.email, user.id
    if kind == ROLE:
        items = desk.identity.query(keys.users(tenant_id), limit=USERS_READ).items
        asked = [u for u in items if u.get("is_active") and name in u.get("roles", ())]
        yield from ((principal, u["username"], u["email"], u["id"]) for u in asked[:ROLE_WRITTEN_TO])
