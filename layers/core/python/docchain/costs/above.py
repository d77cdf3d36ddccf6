"""Budgets of runs above: what a run starts is held by them, and charged to them step by step as it is spent."""

from docchain.costs.accounts import accounts_of
from docchain.costs.errors import BudgetExceeded
from docchain.costs.ledger import Ledger
from docchain.costs.limits import Limit
from docchain.costs.money import to_pico, to_usd
from docchain.costs.steps import own_cost_of_run
from docchain.runs import keys
from docchain.runs.models import Run, StepOrder
from docchain.storage.table import Action, Table


def limits_above(runs: Table, tenant_id: str, known: list[Limit]) -> list[Limit]:
    """As they are now: somebody may have raised one as he resumed its run. One read of all those runs."""
    places = {limit.run_id: (keys.partition(tenant_id, limit.run_id), keys.RUN) for limit in known if limit.run_id}
    found = runs.get_many(places.values(), consistent=True) if places else {}
    now = {run_id: found[place].get("budget_usd") for run_id, place in places.items() if place in found}
    return [li.model_copy(update={"usd": float(now.get(li.run_id) or li.usd)}) for li in known if li.run_id]


def charging_start(runs: Table, order: StepOrder, child: Run) -> list[Action]:
    """What the child's start and end cost, to be written with it. Raises ``BudgetExceeded``: then it does not begin.

    The look at the accounts and the write are two: nodes that start runs in the same moment may pass a budget by what
    those starts cost ($0.00006 each); their steps set aside before they work, and pass none.
    """
    above = [limit for limit in child.limits if limit.run_id is not None]
    own, ledger = to_pico(own_cost_of_run()), Ledger(runs)
    accounts = accounts_of(order.tenant, child.id, child.workflow_id, above, own)
    if full := ledger.find_full(accounts, own):
        ledger.tell_refusal(order, full, own, order.node)
        raise BudgetExceeded(full.of, to_usd(own))
    return ledger.charging([account.place for account in accounts], own)
