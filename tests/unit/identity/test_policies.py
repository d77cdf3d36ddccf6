"""Security policies: the contract's defaults, a tenant's own, and what cannot be asked for."""

import pytest
from pydantic import ValidationError

from docchain.identity.policies import DEFAULT, ApiPolicy, PasswordPolicy, Policies, PolicyRepository
from docchain.storage.errors import ConditionFailed
from tests.support.identity import facts_of

STRICTER = Policies(password=PasswordPolicy(min_length=12), lockout_minutes=30)


@pytest.fixture
def policies(accounts):
    return PolicyRepository(accounts.table)


def test_a_tenant_that_says_nothing_has_the_contracts_policies(policies, tenant):
    assert policies.read(tenant).model_dump() == {
        "password": {
            "min_length": 8,
            "upper": True,
            "lower": True,
            "numbers": True,
            "special": True,
            "max_age_days": 90,
            "history": 5,
            "refuse_guessable": False,
        },
        "session": {"timeout_minutes": 60, "max_concurrent": 5, "require_https": True},
        "api": {"rate_limit_per_minute": 100, "max_request_size_mb": 10, "require_authentication": True},
        "max_login_attempts": 5,
        "max_login_attempts_per_address": 20,
        "lockout_minutes": 15,
        "audit": {
            "retention_days": 365,
            "max_log_size_mb": 100,
            "compression_enabled": True,
            "encryption_enabled": True,
            "real_time_alerts": True,
        },
        "document_retention_days": None,
    }


def test_only_what_differs_is_kept_so_that_better_defaults_reach_everybody(policies, accounts, tenant):
    policies.replace(tenant, STRICTER, "ada")
    assert policies.read(tenant) == STRICTER
    kept = accounts.table.get(f"{tenant}#policies", "policies")
    assert kept["differences"] == {"password": {"min_length": 12}, "lockout_minutes": 30}


def test_a_change_is_told_with_what_was_and_what_is(policies, accounts, tenant):
    policies.replace(tenant, STRICTER, "ada")
    (fact,) = facts_of(accounts, tenant, "policies.changed")
    assert (fact["actor"], fact["subject"]) == ("ada", "policies")
    assert fact["data"] == {
        "before": {"password.min_length": 8, "lockout_minutes": 15},
        "after": {"password.min_length": 12, "lockout_minutes": 30},
    }


def test_the_same_again_is_no_change(policies, accounts, tenant):
    policies.replace(tenant, STRICTER, "ada")
    policies.replace(tenant, STRICTER, "ada")
    assert len(facts_of(accounts, tenant, "policies.changed")) == 1


def test_two_administrators_at_once_do_not_undo_each_other(policies, accounts, tenant, monkeypatch):
    policies.replace(tenant, STRICTER, "ada")
    transact = accounts.table.client.transact_write_items

    def overtaken(**arguments):
        monkeypatch.undo()
        PolicyRepository(accounts.table).replace(tenant, Policies(max_login_attempts=3), "bob")
        return transact(**arguments)

    monkeypatch.setattr(accounts.table.client, "transact_write_items", overtaken)
    with pytest.raises(ConditionFailed):
        policies.replace(tenant, DEFAULT, "ada")
    assert policies.read(tenant) == Policies(max_login_attempts=3)


def test_another_tenants_policies_are_its_own(policies, tenant):
    policies.replace(tenant, STRICTER, "ada")
    assert policies.read(f"{tenant}x") == DEFAULT


@pytest.mark.parametrize(
    "asked",
    [
        {"password": {"min_length": 7}},
        {"password": {"history": 25}},
        {"session": {"require_https": False}},
        {"api": {"require_authentication": False}},
        {"api": {"max_request_size_mb": 11}},
        {"audit": {"encryption_enabled": False}},
        {"max_login_attempts": 0},
        {"lockout_minutes": 0},
        {"lockout_minutes": 10**9},
        {"unknown": 1},
    ],
)
def test_what_would_open_a_door_cannot_be_asked_for(asked):
    with pytest.raises(ValidationError):
        Policies.model_validate(asked)


def test_the_highest_limit_of_calls_is_a_million():
    assert ApiPolicy(rate_limit_per_minute=1_000_000).rate_limit_per_minute == 1_000_000
