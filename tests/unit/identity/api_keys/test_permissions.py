"""A key opens what its permissions name, and never more than its owner may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docchain.auth.permissions import ROLES, scopes_of
from docchain.identity.api_keys.errors import BeyondOwner
from docchain.identity.api_keys.permissions import PERMISSIONS, require_held, scopes_of_key

ADMIN = frozenset({"admin"})
USER = frozenset({"user"})
GUEST = frozenset({"guest"})


@given(st.sets(st.sampled_from(PERMISSIONS)), st.sets(st.sampled_from(ROLES)))
def test_never_more_than_the_owner_has(permissions, roles):
    assert scopes_of_key(tuple(permissions), frozenset(roles)) <= scopes_of(frozenset(roles))


def test_read_reads_and_write_writes_and_reads():
    read, write = scopes_of_key(("read",), USER), scopes_of_key(("write",), USER)
    assert "workflows:read" in read
    assert not [scope for scope in read if not scope.endswith(":read")]
    assert read < write
    assert "workflows:write" in write


def test_one_group_is_that_group_alone():
    assert scopes_of_key(("workflows:write",), ADMIN) == {"workflows:read", "workflows:write"}
    assert scopes_of_key(("workflows:read",), ADMIN) == {"workflows:read"}


def test_admin_is_all_for_an_administrator_and_nothing_for_anybody_else():
    assert scopes_of_key(("admin",), ADMIN) == scopes_of(ADMIN)
    assert scopes_of_key(("admin",), USER) == frozenset()


def test_a_demoted_owners_key_opens_less():
    assert scopes_of_key(("write",), GUEST) == scopes_of(GUEST)


@pytest.mark.parametrize(
    ("permission", "roles"), [("admin", USER), ("write", GUEST), ("workflows:write", GUEST), ("users:read", USER)]
)
def test_nobody_gives_a_key_what_they_have_not(permission, roles):
    with pytest.raises(BeyondOwner):
        require_held((permission,), roles)
    require_held((permission,), ADMIN)
