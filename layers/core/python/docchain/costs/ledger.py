"""Money is set aside before it is spent: one conditional transaction over all budgets that hold, so that no two runs
together pass one; settled with the record that says what it cost.

What if the process dies here? What it had set aside stays until the node's next attempt takes it over, or the run ends.
"""

from dataclasses import dataclass, field
from typing import Any

from docchain.clock import epoch, now
from docchain.costs.accounts import Account
from docchain.costs.money import to_usd
from docchain.runs import keys
from docchain.runs.events import run_event_item
from docchain.runs.models import NodeRecord, StepOrder
from docchain.storage.conditions import Attr, Condition
from docchain.storage.errors import ConditionFailed
from docchain.storage.items import Item
from docchain.storage.table import Action, Table

RESERVED_PREFIX = "reserved#"
RESERVATIONS_MOST = 20_000
_ROUNDS = 8
_SETTLED = "settled"


@dataclass(frozen=True)
class Reservation:
    """``places`` are the accounts' keys, as they were when it was made: a settlement at midnight finds yesterday's."""

    pk: str
    sk: str
    claim_id: str
    amount: int
    places: list[list[str]] = field(default_factory=list)


class NoRoom(Exception):  # never leaves this room: the spender asks for newer limits first
    def __init__(self, account: Account) -> None:
        self.account = account


@dataclass(frozen=True)
class Ledger:
    table: Table

    def reserve(
        self,
        order: StepOrder,
        record: NodeRecord,
        accounts: list[Account],
        amount: int,
        held: Reservation | None = None,
    ) -> Reservation:
        """One call as a rule; a second where a budget passes 80 %, or another attempt had set something aside.

        ``held`` is what the same attempt has set aside so far, which ``amount`` takes the place of.
        Raises ``NoRoom`` for the first account that cannot hold it; then nothing was written.
        """
        pk = keys.partition(order.tenant, order.run)
        mine = Reservation(pk, _key(record), record.claim_id, amount, [a.place for a in accounts])
        crossing: set[int] = set()
        for _ in range(_ROUNDS):
            actions = self._reserving(order, record, accounts, mine, held, crossing)
            try:
                self.table.transact(actions)
            except ConditionFailed as failed:
                if 0 in failed.failed:
                    held = self._read(pk, mine.sk)
                    if held and (held.claim_id, held.amount) == (mine.claim_id, mine.amount):
                        return mine  # written before, and never acknowledged
                    crossing.clear()
                    continue
                refused = {position - 1 for position in failed.failed}
                if refused & crossing:
                    raise NoRoom(accounts[min(refused & crossing)]) from None
                crossing |= refused
            else:
                return mine
        raise NoRoom(accounts[0])

    def settling(self, held: Reservation, actual: int) -> list[Action]:
        """With the record's completion. The first fails when the run's end has released it: then ``charging``."""
        mine = Attr("claim_id").eq(held.claim_id)
        return [
            self.table.updating(held.pk, held.sk, set_=_settled(), when=mine),
            *(self._adding(place, actual - held.amount) for place in held.places),
        ]

    def charging(self, accounts: list[list[str]], actual: int) -> list[Action]:
        return [self._adding(place, actual) for place in accounts]

    def find_full(self, accounts: list[Account], amount: int) -> Account | None:
        """The first that has no room for so much, as they are now. A read, which sets nothing aside."""
        found = self.table.get_many(((a.pk, a.sk) for a in accounts), consistent=True)
        spent = {place: int(item.get("committed", 0)) for place, item in found.items()}
        return next((a for a in accounts if spent.get((a.pk, a.sk), 0) > a.limit - amount), None)

    def release(self, tenant_id: str, run_id: int) -> int:
        """Of a run that has ended: what was set aside and never settled. May be called again; returns how many."""
        pk = keys.partition(tenant_id, run_id)
        left = self.table.query_all(pk, prefix=RESERVED_PREFIX, most=RESERVATIONS_MOST, consistent=True)
        released = 0
        for held in (_reservation(item) for item in left if item["claim_id"] != _SETTLED):
            try:
                self.table.transact(self.settling(held, 0))
            except ConditionFailed:
                continue  # settled meanwhile
            released += 1
        return released

    def tell_refusal(self, order: StepOrder, account: Account, needed: int, node: str) -> None:
        """Once for each budget and generation of a run, however many nodes find it empty."""
        event = _event(order, "budget.exceeded", account, node=node, needed_usd=to_usd(needed))
        whose = account.of.scope if account.of.run_id is None else f"run{account.of.run_id}"
        event["sk"] = f"event#budget#{whose}#{order.generation}"
        event["event"]["id"] = f"{order.tenant}-{order.run}-budget-{whose}-{order.generation}"
        mark = self.table.updating(account.pk, account.sk, set_={"entity": "account", "exceeded_at": now()})
        try:
            self.table.transact([self.table.putting(event, when=Attr("pk").not_exists()), mark])
        except ConditionFailed:
            return

    def _reserving(
        self,
        order: StepOrder,
        record: NodeRecord,
        accounts: list[Account],
        mine: Reservation,
        held: Reservation | None,
        crossing: set[int],
    ) -> list[Action]:
        takeable = Attr("claim_id").eq(held.claim_id) if held else Attr("pk").not_exists()
        item: Item = {"pk": mine.pk, "sk": mine.sk, "entity": "reservation", "node": record.key, "at": now()}
        item |= {"claim_id": mine.claim_id, "amount": mine.amount, "places": mine.places}
        before = held.places if held else []
        actions = [self.table.putting(item, when=takeable)]
        events: list[Action] = []
        for position, account in enumerate(accounts):
            more = mine.amount - (held.amount if held and account.place in before else 0)
            if more > account.limit:
                raise NoRoom(account)
            passes = position in crossing or more > account.warning
            told: dict[str, Any] = {"entity": "account", "expires_at": account.expires_at}
            if passes:
                told["warned_for"] = account.limit
                events.append(self.table.putting(_event(order, "budget.nearly_spent", account, node=record.key)))
            actions.append(
                self.table.updating(
                    account.pk,
                    account.sk,
                    set_={k: v for k, v in told.items() if v is not None},
                    add={"committed": more},
                    when=_within(account, more, passes=passes),
                )
            )
            if passes:
                crossing.add(position)
        gone = [place for place in before if place not in mine.places]
        return [*actions, *(self._adding(place, -held.amount) for place in gone if held), *events]

    def _adding(self, place: list[str], amount: int) -> Action:
        return self.table.updating(place[0], place[1], set_={"entity": "account"}, add={"committed": amount})

    def _read(self, pk: str, sk: str) -> Reservation | None:
        item = self.table.get(pk, sk, consistent=True)
        return _reservation(item) if item else None


def _within(account: Account, more: int, *, passes: bool) -> Condition:
    """Below 80 %, or warned of already and below the limit. ``passes``: below the limit; its warning comes along."""
    unused = Attr("committed").not_exists()
    below = Attr("committed").lte(account.limit - more)
    if passes:
        return unused | below
    warned = Attr("warned_for").eq(account.limit)
    return unused | Attr("committed").lte(account.warning - more) | (warned & below)


def _settled() -> Item:
    """Left to lie for an hour: workers may write into a run, and delete nothing of it."""
    return {"claim_id": _SETTLED, "amount": 0, "expires_at": epoch() + 3600}


def _key(record: NodeRecord) -> str:
    name = record.key if record.item is None else f"{record.key}#{record.item:06d}"
    return f"{RESERVED_PREFIX}{name}"


def _reservation(item: Item) -> Reservation:
    return Reservation(item["pk"], item["sk"], item["claim_id"], int(item["amount"]), item["places"])


def _event(order: StepOrder, kind: str, account: Account, **data: Any) -> Item:
    known = {"scope": account.of.scope, "period": account.of.period, "budget_usd": account.of.usd}
    if account.of.run_id is not None:
        known["of_run"] = account.of.run_id
    return run_event_item(order.tenant, order.run, order.workflow, kind, actor=None, **known, **data)
