"""An invitation by mail: its link is made when the letter is, and opens the tenant once."""

import pytest

from docchain.events.models import Event
from docchain.identity.invitations import InvitationRepository
from docchain.identity.joining import accept_invitation
from docchain.mail.kinds import Desk, compose
from tests.support.identity import a_name, facts_of
from tests.support.members import a_founder, an_acceptance
from tests.unit.identity.conftest import accounts

__all__ = ["accounts"]


@pytest.fixture
def admin(accounts):
    return a_founder(accounts)


def invited(accounts, admin, deliver="mail"):
    email = f"{a_name()}@example.com"
    InvitationRepository(accounts.table).invite(admin.tenant_id, email, ("user",), "ada", deliver=deliver)
    (fact,) = facts_of(accounts, admin.tenant_id, "user.invited")
    return email, Event.model_validate(fact)


def letter_of(accounts, fact):
    return compose(Desk(accounts.table, "https://docs.example.com"), fact)


def test_the_letter_goes_to_the_address_and_its_link_joins_the_tenant(accounts, admin):
    email, fact = invited(accounts, admin)
    letter = letter_of(accounts, fact)
    assert letter.to == email
    address, _, token = letter.url.partition("#")
    assert address == "https://docs.example.com/api/v3/auth/invitations/accept"
    user = accept_invitation(accounts, an_acceptance(token))
    assert (user.tenant_id, user.email) == (admin.tenant_id, email)


def test_the_event_said_neither_address_nor_secret(accounts, admin):
    email, fact = invited(accounts, admin)
    token = letter_of(accounts, fact).url.partition("#")[2]
    assert email not in fact.model_dump_json()
    assert token.rpartition(".")[2] not in fact.model_dump_json()


def test_the_same_event_again_is_another_letter_whose_link_replaces_the_first(accounts, admin):
    _, fact = invited(accounts, admin)
    letter_of(accounts, fact)
    token = letter_of(accounts, fact).url.partition("#")[2]
    assert accept_invitation(accounts, an_acceptance(token)).id == 2


def test_there_is_no_letter_where_the_link_is_handed_over(accounts, admin):
    assert letter_of(accounts, invited(accounts, admin, "link")[1]) is None


def test_there_is_no_letter_for_an_invitation_that_was_withdrawn(accounts, admin):
    _, fact = invited(accounts, admin)
    InvitationRepository(accounts.table).withdraw(admin.tenant_id, fact.data["invitation_id"], "ada")
    assert letter_of(accounts, fact) is None
