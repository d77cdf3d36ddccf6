"""Administrators who change each other at the same time: one always stays, and nobody's change is lost."""

import threading

import pytest

from docchain.identity import administration
from docchain.identity.administration import set_active, set_roles
from docchain.identity.deletion import delete_user
from docchain.identity.errors import LastAdministrator
from docchain.storage.table import Table
from tests.support.atomic import at_once
from tests.support.identity import facts_of
from tests.support.members import a_founder, a_joined_user, a_member


def the_audit(accounts):
    return Table(accounts.table.client, "audit")


def admins_of(accounts, tenant_id):
    stored = accounts.table.query_all(f"{tenant_id}#users", most=100)
    return [u["id"] for u in stored if u["is_active"] and "admin" in u["roles"]]


def counted(accounts, tenant_id):
    return accounts.table.get(f"{tenant_id}#tenant", "tenant")["admins"]


@pytest.mark.parametrize(
    "change",
    [
        lambda accounts, caller, other: set_roles(accounts, caller, other, ("user",)),
        lambda accounts, caller, other: set_active(accounts, caller, other, False),
        lambda accounts, caller, other: delete_user(accounts, the_audit(accounts), caller, other),
    ],
    ids=["demote", "deactivate", "delete"],
)
def test_of_two_who_end_each_other_at_the_same_time_one_stays(accounts, change, atomic_calls, monkeypatch):
    one = a_founder(accounts)
    two = a_member(accounts, one.tenant_id, "admin")
    first_looks, read = threading.Barrier(2, timeout=30), administration.present
    met = threading.local()

    def both_have_read(*arguments):
        user = read(*arguments)
        if not hasattr(met, "already"):
            met.already = True
            first_looks.wait()
        return user

    monkeypatch.setattr(administration, "present", both_have_read)
    callers = one.caller, two.caller
    heard = at_once(
        lambda: change(accounts, callers[0], two.user.id),
        lambda: change(accounts, callers[1], one.user.id),
    )
    assert [type(e) for e in heard if isinstance(e, Exception)] == [LastAdministrator]
    assert len(admins_of(accounts, one.tenant_id)) == counted(accounts, one.tenant_id) == 1


def test_the_number_follows_every_way_to_become_one_and_to_be_none(accounts):
    admin = a_founder(accounts)
    tenant_id, caller = admin.tenant_id, admin.caller
    user = a_joined_user(accounts, tenant_id, "user")
    a_joined_user(accounts, tenant_id, "admin", "user")
    steps = [
        lambda: set_roles(accounts, caller, user.id, ("admin",)),
        lambda: set_active(accounts, caller, user.id, False),
        lambda: set_roles(accounts, caller, user.id, ("moderator",)),
        lambda: set_roles(accounts, caller, user.id, ("admin",)),
        lambda: set_active(accounts, caller, user.id, True),
        lambda: set_active(accounts, caller, user.id, True),
        lambda: delete_user(accounts, the_audit(accounts), caller, user.id),
    ]
    for step in steps:
        step()
        assert counted(accounts, tenant_id) == len(admins_of(accounts, tenant_id))


def test_a_change_that_met_another_is_made_on_what_is_there_then(accounts, monkeypatch):
    admin = a_founder(accounts)
    user = a_joined_user(accounts, admin.tenant_id, "user")
    read, looks = administration.present, []

    def banned_after_the_first_look(*arguments):
        found = read(*arguments)
        looks.append(1)
        if len(looks) == 1:
            accounts.table.update(
                f"{admin.tenant_id}#users", f"{user.id:012d}", set_={"is_active": False}, add={"token_version": 1}
            )
        return found

    monkeypatch.setattr(administration, "present", banned_after_the_first_look)
    set_roles(accounts, admin.caller, user.id, ("guest",))
    stored = accounts.users.read(admin.tenant_id, user.id)
    assert (stored.roles, stored.is_active, stored.token_version) == (("guest",), False, 3)
    assert len(facts_of(accounts, admin.tenant_id, "user.roles_changed")) == 1
