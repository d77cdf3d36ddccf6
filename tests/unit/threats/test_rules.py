"""Each rule finds at its threshold and not below, whatever order its events come in, however late and how often."""

import random
from collections.abc import Iterable
from datetime import timedelta

import pytest

from docchain.events.models import Event
from docchain.threats.models import Threat
from docchain.threats.rule import Rule
from docchain.threats.rules import LISTENED, RULES
from docchain.threats.watch import Watch, watch
from docchain.threats.windows import BUCKETS, MEMBERS_MOST
from tests.support.security_events import ADDRESS, an_address, event, failed_login, key_used, moved, noon, series

STAGE = "_anonymous"


def found_by(rule: str, events: Iterable[Event], keeper: Watch, owner: str) -> list[Threat]:
    found = [threat for heard in events for threat in watch(heard, keeper)]
    return [threat for threat in found if (threat.rule, threat.tenant_id) == (rule, owner)]


@pytest.mark.parametrize("days_ago", [0, 2], ids=["at once", "two days late"])
@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_a_rule_finds_at_its_threshold_and_not_below(rule: Rule, days_ago: int, tenant: str, keeper: Watch) -> None:
    events = moved(series(rule.name, tenant, rule.threshold, an_address()), noon(days_ago))
    random.shuffle(events)
    assert not found_by(rule.name, [*events[:-1], *events[:-1]], keeper, tenant)
    (found,) = found_by(rule.name, events[-1:], keeper, tenant)
    assert found.count == rule.threshold
    assert not found_by(rule.name, [*events, *events], keeper, tenant)  # what comes again is found already


def test_every_rule_has_a_series() -> None:
    assert all(series(rule.name, "t", 1, ADDRESS) for rule in RULES)
    assert {e.type for rule in RULES for e in series(rule.name, "t", 1, ADDRESS)} <= LISTENED


@pytest.mark.parametrize("rule", [r for r in RULES if r.threshold > 1], ids=lambda r: r.name)
def test_what_lies_further_apart_than_the_window_is_nothing(rule: Rule, tenant: str, keeper: Watch) -> None:
    """A window may reach a sixth further than it says, not two."""
    events = series(rule.name, tenant, rule.threshold, an_address())
    before, after = moved(events[:-1], noon(), seconds=0), moved(events[-1:], noon())
    later = timedelta(minutes=rule.minutes * (BUCKETS + 2) / BUCKETS)
    events = [*before, *moved(after, noon() + later)]
    random.shuffle(events)
    assert not found_by(rule.name, events, keeper, tenant)


@pytest.mark.parametrize("rule", [r for r in RULES if r.threshold > 1], ids=lambda r: r.name)
def test_another_tenants_events_never_count(rule: Rule, tenant: str, keeper: Watch) -> None:
    events = series(rule.name, tenant, rule.threshold - 1, an_address())
    others = series(rule.name, f"{tenant}x", rule.threshold - 1, an_address())
    assert not found_by(rule.name, events, keeper, tenant)
    assert not found_by(rule.name, others, keeper, f"{tenant}x")


def test_an_address_that_tries_one_account_in_each_of_ten_tenants_is_found_for_the_stage_alone(
    tenant: str, keeper: Watch
) -> None:
    address = an_address()
    tries = moved([failed_login(f"{tenant}{n}", 1, address) for n in range(10)], noon())
    (found,) = [threat for heard in tries for threat in watch(heard, keeper)]
    assert (found.rule, found.tenant_id, found.count) == ("credential_stuffing", STAGE, 10)


def test_a_tenant_sees_what_was_tried_on_its_own_accounts(tenant: str, keeper: Watch) -> None:
    for heard in moved(series("credential_stuffing", tenant, 10, an_address()), noon()):
        watch(heard, keeper)
    listed, _ = keeper.threats.read_page(tenant, limit=10)
    assert [threat.rule for threat in listed] == ["credential_stuffing"]
    assert set(listed[0].members) <= {f"users/{n}" for n in range(1, 11)}


def test_each_network_that_a_key_newly_comes_from_is_found(tenant: str, keeper: Watch) -> None:
    uses = moved([key_used(tenant, f"10.{n}.0.1") for n in range(4)], noon())
    assert len(found_by("key_from_new_network", uses, keeper, tenant)) == 3
    known = moved([key_used(tenant, f"10.{n}.0.1", new=False) for n in range(4)], noon() + timedelta(hours=1))
    assert not found_by("key_from_new_network", known, keeper, tenant)


def test_only_who_becomes_an_administrator_is_news(tenant: str, keeper: Watch) -> None:
    already = {"before": {"roles": ["admin"]}, "after": {"roles": ["admin", "user"]}}
    demotion = {"before": {"roles": ["admin"]}, "after": {"roles": ["user"]}}
    changes = [event("user.roles_changed", tenant, "users/3", data) for data in (already, demotion)]
    assert not found_by("administrator_made", changes, keeper, tenant)


def test_a_session_that_ends_of_itself_is_no_theft(tenant: str, keeper: Watch) -> None:
    data = {"user_id": 3, "session_id": "s"}
    ended = event("session.revoked", tenant, "sessions/s", {**data, "reason": "logout"})
    stolen = event("session.revoked", tenant, "sessions/s", {**data, "reason": "refresh_token_reused"})
    assert not found_by("token_reuse", [ended], keeper, tenant)
    assert len(found_by("token_reuse", [stolen], keeper, tenant)) == 1


def test_a_window_takes_no_more_than_it_can_hold_and_goes_on_counting(tenant: str, keeper: Watch) -> None:
    data = [{"user_id": 7, "route": f"GET /{n}"} for n in range(MEMBERS_MOST + 20)]
    denied = moved([event("access.denied", tenant, "users/7", d) for d in data], noon(), seconds=0)
    for heard in [*denied, *denied[-5:]]:
        watch(heard, keeper)
    (bucket,) = keeper.windows.table.query(f"{tenant}#window#permission_probing#users/7").items
    assert (len(bucket["members"]), bucket["count"]) == (MEMBERS_MOST, MEMBERS_MOST + 20)
    assert keeper.events.figures(tenant)["security_events"] == MEMBERS_MOST + 20


def test_what_was_too_large_for_the_bus_is_counted_all_the_same(tenant: str, keeper: Watch) -> None:
    watch(event("security_event.logged", tenant, "users/7", {"too_large": True}), keeper)
    assert keeper.events.figures(tenant)["security_events"] == 1


def test_the_newest_finding_comes_first_whatever_its_window(tenant: str, keeper: Watch) -> None:
    for rule, n in (("second_factor_guessing", 5), ("key_from_new_network", 2)):
        for heard in moved(series(rule, tenant, n, ADDRESS), noon()):
            watch(heard, keeper)
    listed, _ = keeper.threats.read_page(tenant, limit=10)
    assert [threat.rule for threat in listed] == ["key_from_new_network", "second_factor_guessing"]
