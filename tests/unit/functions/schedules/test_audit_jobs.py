"""The daily jobs of the audit: every tenant with news is signed, and what is too old is erased."""

import pytest

from docchain.audit.broken import ChainBroken
from docchain.audit.erasure import request_erasure
from docchain.audit.tenants import each_tenant
from docchain.ids import new_ulid
from functions.schedules.audit_heads.handler import handler as sign
from functions.schedules.audit_retention import run as retention
from functions.schedules.audit_retention.handler import handler as erase
from tests.support.audit import entries_of, tamper, the_audit, the_heads, written
from tests.support.rest import a_context


@pytest.fixture
def others(tenant):
    """What other tests left is not of this one."""
    for left in list(each_tenant(the_audit())):
        the_audit().delete("_system#chains", left)
    return [tenant, f"t_{new_ulid()}"]


def test_every_tenant_with_news_gets_a_head(others):
    for tenant in others:
        written(tenant, 2)
    assert sign({}, a_context())["signed"] == 2
    assert [the_heads().newest(tenant).head["size"] for tenant in others] == [2, 2]
    assert sign({}, a_context())["signed"] == 0


def test_a_busy_day_has_several_heads(others, monkeypatch):
    monkeypatch.setattr("docchain.audit.heads.ENTRIES_PER_HEAD", 2)
    written(others[0], 5)
    assert sign({}, a_context())["signed"] == 3
    assert the_heads().newest(others[0]).head["size"] == 5


def test_a_chain_that_was_tampered_with_fails_aloud_and_the_others_are_signed(others):
    for tenant in sorted(others):
        written(tenant, 2)
    tamper(min(others), 1, name="x")
    with pytest.raises(ChainBroken):
        sign({}, a_context())
    assert the_heads().newest(max(others)).head["size"] == 2
    assert the_heads().newest(min(others)).head is None
    the_audit().delete("_system#chains", min(others))


def test_old_values_and_requested_ones_are_erased(others, monkeypatch):
    monkeypatch.setattr("docchain.audit.erasure.UNDER_WAY_SECONDS", -1)
    monkeypatch.setattr("docchain.audit.erasure.ENTRIES_PER_CALL", 1)
    tenant = others[0]
    written(tenant, 3, user_id=7)
    request_erasure(the_audit(), tenant, 7, actor="admin")
    assert erase({}, a_context())["erased"] == 2
    assert all(e["user_id"]["salt"] is None for e in entries_of(tenant))


def test_a_tenants_policy_says_how_long_values_are_kept(others, monkeypatch):
    tenant = others[0]
    written(tenant, 1)
    real = retention.erase_older
    monkeypatch.setattr(retention, "erase_older", lambda table, of, days: real(table, of, days - 366))
    assert erase({}, a_context())["erased"] == 1  # 365 unless it says otherwise
