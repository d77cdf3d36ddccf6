"""Nobody gives themselves what only others may give: fields that a form does not have are refused or pass unseen."""

import pytest

from functions.api.auth.handler import handler as auth
from functions.api.security.handler import handler as security
from tests.support.identity import PASSWORD, a_login, a_name, authorized, the_accounts
from tests.support.members import a_joined_user
from tests.support.rest import call

WANTED = {
    "roles": ["admin"],
    "role": "admin",
    "scopes": ["users:admin"],
    "is_admin": True,
    "is_active": True,
    "tenant_id": "default",
    "user_id": 1,
    "id": 1,
    "token_version": 99,
    "mfa_enabled": False,
    "password_hash": "x",
    "email_verified": True,
}
DOORS = [(auth, "/api/v3/auth/register"), (security, "/api/v3/security/auth/register")]
each = pytest.mark.parametrize(("name", "value"), WANTED.items(), ids=WANTED)


def kept_of(user):
    found = the_accounts().users.read(user.tenant_id, user.id)
    return found.model_dump(exclude={"full_name", "updated_at"})


@each
@pytest.mark.parametrize(("door", "path"), DOORS, ids=["auth", "security"])
def test_who_registers_is_what_they_would_be_anyway(aws_account, door, path, name, value):
    username = a_name()
    plain = {"username": username, "email": f"{username}@example.com", "password": PASSWORD}
    assert call(door, "POST", path, {**plain, name: value})[0] == 422
    status, _ = call(door, "POST", path, plain)
    assert status == 200, "the refused try took the name"


@each
def test_a_profile_changes_no_more_than_a_profile(admin, name, value):
    user = a_joined_user(the_accounts(), admin.tenant_id, "guest")
    caller = authorized(a_login(the_accounts(), user).access_token)
    before = kept_of(user)
    for door, path in ((auth, "/api/v3/auth/me"), (security, "/api/v3/security/profile")):
        status, answer = call(door, "PUT", path, {"full_name": "Bob", name: value}, caller)
        assert status == 422, answer
    assert kept_of(user) == before


@each
def test_an_invitation_is_accepted_as_it_was_made(admin, name, value):
    from tests.support.members import an_invitation

    username = a_name()
    token = an_invitation(the_accounts(), admin.tenant_id, f"{username}@example.com", "guest")
    taken = {"token": token, "username": username, "password": PASSWORD, name: value}
    assert call(auth, "POST", "/api/v3/auth/invitations/accept", taken)[0] == 422
