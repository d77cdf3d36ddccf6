"""What one step spends: set aside before its work when a budget holds for its run, settled with its record."""

from dataclasses import dataclass

from docchain.costs.above import limits_above
from docchain.costs.accounts import Account, accounts_of
from docchain.costs.budgets import BudgetRepository
from docchain.costs.errors import BudgetExceeded
from docchain.costs.ledger import Ledger, NoRoom, Reservation
from docchain.costs.limits import Limit
from docchain.costs.money import to_pico, to_usd
from docchain.costs.steps import own_cost_of_run
from docchain.costs.worst_case import NOTHING_PAID, PaidCall, worst_case
from docchain.runs.errors import StepSuperseded
from docchain.runs.models import NodeRecord, Run, StepOrder
from docchain.steps.world import StepWorld
from docchain.storage.table import Action


@dataclass
class Spending:
    """``reads`` are the records that the step looked at."""

    order: StepOrder
    world: StepWorld
    run: Run
    record: NodeRecord
    reads: int
    held: Reservation | None = None

    @property
    def _ledger(self) -> Ledger:
        return Ledger(self.world.records.table)

    def reserve(self, paid: PaidCall) -> None:
        """Nothing without a budget. Raises ``BudgetExceeded``, ``ModelUnpriced``; then nothing was done."""
        if not self.run.limits:
            return
        amount = self._worst(paid)
        if self.held:  # a worker that asks a model several times: the step itself is in it already
            amount += self.held.amount - self._worst(NOTHING_PAID)
        try:
            self.held = self._set_aside(self.run.limits, amount)
        except NoRoom:
            self.held = self._once_more(amount)

    def complete(self, done: NodeRecord, actions: list[Action]) -> None:
        """The record, and what it cost to the accounts, in one transaction."""
        records = self.world.records
        if not self.run.limits:
            records.complete(self.order, done, actions)
            return
        cost = to_pico(done.cost_usd or 0.0)
        charging = self._ledger.charging([a.place for a in self._accounts(self.run.limits)], cost)
        if self.held is None:
            records.complete(self.order, done, [*actions, *charging])
            return
        try:
            records.complete(self.order, done, [*actions, *self._ledger.settling(self.held, cost)])
        except StepSuperseded:
            # Its run ended meanwhile and gave back what was set aside; the record may be this attempt's all the same.
            records.complete(self.order, done, [*actions, *charging])

    def fail(self, failed: NodeRecord) -> None:
        """The record, and what was spent in vain in place of what was set aside, in one transaction."""
        records = self.world.records
        if self.held is None:
            records.fail(self.order, failed)
            return
        cost = to_pico(failed.cost_usd or 0.0)
        try:
            records.fail(self.order, failed, self._ledger.settling(self.held, cost))
        except StepSuperseded:
            # As above.
            records.fail(self.order, failed, self._ledger.charging(self.held.places, cost))

    def _once_more(self, amount: int) -> Reservation:
        """The run knows the limits of its start: somebody may have raised them since."""
        tenant, budgets = self.order.tenant, BudgetRepository(self.world.definitions.versions.table)
        limits = budgets.read_limits(tenant, self.order.workflow, self.run.budget_usd)
        limits += limits_above(self.world.records.table, tenant, self.run.limits)
        try:
            held = self._set_aside(limits, amount)
        except NoRoom as full:
            account = full.account
            self._ledger.tell_refusal(self.order, account, amount, self.record.key)
            raise BudgetExceeded(account.of, to_usd(amount)) from None
        self.run = self.run.model_copy(update={"limits": limits})
        return held

    def _set_aside(self, limits: list[Limit], amount: int) -> Reservation:
        return self._ledger.reserve(self.order, self.record, self._accounts(limits), amount, self.held)

    def _worst(self, paid: PaidCall) -> int:
        return worst_case(paid, self.world.memory_mb, self.world.architecture, self.reads)

    def _accounts(self, limits: list[Limit]) -> list[Account]:
        own = to_pico(own_cost_of_run())
        return accounts_of(self.order.tenant, self.order.run, self.order.workflow, limits, own)
