"""The minute's look: whoever it does not reach has a turn in the next, and one tenant's trouble is its own."""

import pytest

from docchain.metrics import collecting
from docchain.metrics.alerts.models import Condition
from docchain.metrics.alerts.repository import AlertRules
from docchain.metrics.service import read_state, start
from docchain.storage.errors import TooMuchContention
from functions.schedules.metrics import run as looking
from tests.support.metrics import metrics_table

TENANTS = ("a", "b", "c")


@pytest.fixture
def collecting_tenants(tenant: str) -> list[str]:
    names = [f"{tenant}{name}" for name in TENANTS]
    for name in names:
        start(metrics_table(), name, "ada")
    return names


def test_who_is_late_in_the_list_is_collected_for_as_well(
    collecting_tenants: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "COLLECTING_SECONDS", -1)  # each look has time for one
    collected = set()
    for _ in range(60):
        looking.run()
        collected = {name for name in collecting_tenants if read_state(metrics_table(), name).last_collection}
        if len(collected) == len(TENANTS):
            break

    assert collected == set(collecting_tenants)


def test_a_rule_that_is_late_in_the_list_is_looked_at_as_well(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "BUDGET_SECONDS", -1)
    rules = AlertRules(metrics_table())
    rule = Condition(name="n", metric_name="m", threshold=1)
    made = [rules.create(f"{tenant}{name}", rule, "ada", None) for name in TENANTS]
    unseen = set(TENANTS)
    for _ in range(60):
        looking.run()
        unseen = {n for n in TENANTS if rules.read(f"{tenant}{n}", made[0].id).standing.evaluated_at is None}
        if not unseen:
            break

    assert not unseen


def test_a_tenant_whose_failure_cannot_even_be_noted_holds_up_no_other(
    collecting_tenants: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = collecting.note_collection

    def failing(table, tenant_id, *, failed):
        if tenant_id == collecting_tenants[0]:
            raise TooMuchContention("busy")
        noted(table, tenant_id, failed=failed)

    monkeypatch.setattr(collecting, "note_collection", failing)
    done = looking.run()

    assert done["failed"] == 1
    assert all(read_state(metrics_table(), name).last_collection for name in collecting_tenants[1:])
