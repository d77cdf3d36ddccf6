"""Builders of a tenant with people in it: each came by invitation and is logged in."""

from dataclasses import dataclass

from docchain.auth.caller import Caller
from docchain.identity.accounts import Accounts
from docchain.identity.invitations import InvitationRepository
from docchain.identity.joining import Acceptance, accept_invitation
from docchain.identity.models import User
from docchain.ids import new_ulid
from tests.support.identity import PASSWORD, a_login, a_name, a_user, authorized


@dataclass(frozen=True)
class Member:
    """``caller`` is the authorizer's own answer for a real token."""

    user: User
    token: str

    @property
    def tenant_id(self) -> str:
        return self.user.tenant_id

    @property
    def path(self) -> str:
        return f"/api/v3/auth/users/{self.user.id}"

    @property
    def caller(self) -> Caller:
        found = authorized(self.token)
        assert found is not None, "the token no longer opens anything"
        return found

    @property
    def is_let_in(self) -> bool:
        return authorized(self.token) is not None


def a_founder(accounts: Accounts) -> Member:
    return logged_in(accounts, a_user(accounts))


def a_member(accounts: Accounts, tenant_id: str, *roles: str) -> Member:
    return logged_in(accounts, a_joined_user(accounts, tenant_id, *roles))


def a_joined_user(accounts: Accounts, tenant_id: str, *roles: str) -> User:
    name = a_name()
    token = an_invitation(accounts, tenant_id, f"{name}@example.com", *roles)
    return accept_invitation(accounts, an_acceptance(token, username=name))


def an_invitation(accounts: Accounts, tenant_id: str, email: str | None = None, *roles: str) -> str:
    """Its token."""
    invitations = InvitationRepository(accounts.table)
    address = email or f"{new_ulid().lower()}@example.com"
    _, token = invitations.invite(tenant_id, address, roles or ("user",), "ada", deliver="link")
    assert token is not None
    return token


def an_acceptance(token: str, **fields: str) -> Acceptance:
    return Acceptance.model_validate({"token": token, "username": a_name(), "password": PASSWORD, **fields})


def logged_in(accounts: Accounts, user: User) -> Member:
    return Member(user, a_login(accounts, user).access_token)
