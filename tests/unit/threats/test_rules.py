"""Each rule finds at its threshold and not below, whatever order its events come in and however often."""

import random
import uuid
from typing import Any

import pytest

from docchain.events.cause import Cause
from docchain.events.models import Event
from docchain.threats.rules import LISTENED, RULES
from docchain.threats.watch import Watch, watch

ONE, TWO, THREE = "198.51.100.4", "203.0.113.9", "192.0.2.77"


def failed_login(tenant: str, n: int, address: str) -> Event:
    return event("user.login_failed", tenant, f"users/{n}", {"user_id": n, "ip": address}, address)


def event(kind: str, tenant: str, subject: str, data: dict[str, Any], address: str = ONE, user: int = 7) -> Event:
    cause = Cause(request_id="r", ip=address, user_agent="pytest", user_id=user, username="ada")
    return Event(type=kind, tenant_id=tenant, subject=subject, data=data, cause=cause)


def series(rule: str, tenant: str, n: int, address: str) -> list[Event]:
    """``n`` events, each of which counts for the rule."""
    networks = [f"10.{i}.0.1" for i in range(n)]
    made = {
        "credential_stuffing": lambda i: failed_login(tenant, i + 1, address),
        "password_spraying": lambda i: failed_login(tenant, i + 1, address),
        "brute_force": lambda i: failed_login(tenant, 3, f"10.9.{i}.1"),
        "changed_network": lambda i: event("user.logged_in", tenant, "users/3", {"user_id": 3, "ip": networks[i]}),
        "token_reuse": lambda i: event("refresh_token.reused", tenant, "sessions/s", {"user_id": 3}),
        "key_from_new_network": lambda i: event("api_key.used", tenant, "api_keys/k", {}, networks[i]),
        "permission_probing": lambda i: event("access.denied", tenant, "users/7", {"user_id": 7, "route": f"GET /{i}"}),
        "rate_limit_storm": lambda i: event("rate_limit.exceeded", tenant, "rate_limits/user:7", {}),
        "second_factor_guessing": lambda i: event("mfa.failed", tenant, "users/3", {"user_id": 3}),
        "administrator_made": lambda i: event(
            "user.roles_changed", tenant, "users/3", {"before": {"roles": ["user"]}, "after": {"roles": ["admin"]}}
        ),
        "personal_data_reading": lambda i: event("data.accessed", tenant, f"users/{i}", {}),
    }
    return [made[rule](i) for i in range(n)]


def an_address() -> str:
    """One that no other test used: rules about addresses count for the whole stage."""
    return f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_a_rule_finds_at_its_threshold_and_not_below(rule: Any, tenant: str, keeper: Watch) -> None:
    events = series(rule.name, tenant, rule.threshold, an_address())
    random.shuffle(events)
    for heard in events[:-1]:
        assert rule.name not in {t.rule for t in watch(heard, keeper)}
        assert rule.name not in {t.rule for t in watch(heard, keeper)}  # once more is nothing new
    (found,) = [t for t in watch(events[-1], keeper) if t.rule == rule.name]
    assert found.count == rule.threshold
    assert not [t for t in watch(events[-1], keeper) if t.rule == rule.name]  # found once


def test_every_rule_has_a_series_here() -> None:
    assert all(series(rule.name, "t", 1, ONE) for rule in RULES)
    assert "user.login_failed" in LISTENED


def test_another_tenants_events_never_count(tenant: str, keeper: Watch) -> None:
    for heard in series("permission_probing", tenant, 4, ONE):
        watch(heard, keeper)
    for heard in series("permission_probing", f"{tenant}x", 4, ONE):
        assert watch(heard, keeper) == []


def test_old_events_are_out_of_the_window(tenant: str, keeper: Watch) -> None:
    events = series("second_factor_guessing", tenant, 5, ONE)
    for heard in events[:4]:
        watch(heard.model_copy(update={"occurred_at": "2026-01-01T00:00:00.000Z"}), keeper)
    assert watch(events[4], keeper) == []


def test_an_address_that_stuffs_credentials_is_blocked_for_the_whole_stage(tenant: str, keeper: Watch) -> None:
    from docchain.identity.addresses import blocks_of, is_blocked

    address = an_address()
    for heard in series("credential_stuffing", tenant, 10, address):
        watch(heard, keeper)
    found = keeper.blocks.identity.get_many(blocks_of("anybody", address))
    assert is_blocked(found, "anybody", address)


def test_this_machines_own_address_is_never_blocked(tenant: str, keeper: Watch) -> None:
    threats = [t for heard in series("credential_stuffing", tenant, 10, "127.0.0.1") for t in watch(heard, keeper)]
    assert [t.blocked_until for t in threats if t.rule == "credential_stuffing"] in ([None], [])
    assert keeper.blocks.identity.get("_anonymous#blocked#127.0.0.1", "blocked") is None
