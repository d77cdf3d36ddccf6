"""Invitations through the group's handler: sent by administrators, used once by who holds the token."""

import base64
import hashlib
import json
import re

import pytest

from docchain.clock import epoch
from docchain.identity.errors import AlreadyInvited, InvitationNotFound
from docchain.identity.invitations import OPEN_MOST, InvitationRepository
from docchain.identity.joining import accept_invitation
from functions.api.auth.handler import handler
from tests.support.atomic import at_once
from tests.support.identity import PASSWORD, a_name, a_user, change_user, facts_of
from tests.support.members import a_founder, a_member, an_acceptance, an_invitation
from tests.support.rest import a_context, call, rest_event

PATH = "/api/v3/auth/invitations"


def an_address():
    return f"{a_name()}@example.com"


def invite(admin, query="", headers=None, **fields):
    body = {"email": an_address(), **fields}
    return call(handler, "POST", f"{PATH}{query}", body, caller=admin.caller, headers=headers)


def accept(token, headers=None, **fields):
    body = {"token": token, "username": a_name(), "password": PASSWORD, **fields}
    return call(handler, "POST", f"{PATH}/accept", body, headers=headers)


def test_who_is_invited_joins_with_the_next_number_and_the_offered_roles(accounts, admin):
    email = an_address()
    _, invited = invite(admin, "?deliver=link", email=email, roles=["user", "moderator"])
    status, account = accept(invited["token"], full_name="Grace Hopper")
    assert (status, account["id"], account["email"]) == (200, 2, email)
    user = accounts.users.read(admin.tenant_id, 2)
    assert (user.roles, user.full_name) == (("moderator", "user"), "Grace Hopper")
    (fact,) = facts_of(accounts, admin.tenant_id, "invitation.accepted")
    assert fact["data"]["user_id"] == 2
    assert len(facts_of(accounts, admin.tenant_id, "user.registered")) == 2


def test_an_invitation_is_for_a_plain_user_unless_said_otherwise(admin):
    assert invite(admin)[1]["roles"] == ["user"]


def test_a_token_is_good_once(admin):
    token = invite(admin, "?deliver=link")[1]["token"]
    assert accept(token)[0] == 200
    status, answer = accept(token)
    assert (status, answer["error"]["code"]) == (404, "NOT_FOUND")


def test_of_many_who_use_one_token_at_once_one_joins(accounts, admin, atomic_calls):
    token = an_invitation(accounts, admin.tenant_id)
    heard = at_once(*[lambda: accept_invitation(accounts, an_acceptance(token))] * 4)
    assert [type(e) for e in heard if isinstance(e, Exception)] == [InvitationNotFound] * 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace("inv_", "inv_x"),
        lambda token: "inv_default" + token[token.index(".") :],
        lambda token: token.rpartition(".")[0] + ".",
        lambda token: token + "\n",
        lambda token: "head",
        lambda token: "inv_" + token[4 : token.index(".")] + ".head." + token.rpartition(".")[2],
    ],
    ids=["secret", "tenant", "another tenant", "no secret", "newline", "no form", "another item"],
)
def test_a_wrong_token_is_404_and_the_right_one_still_good(admin, spoil):
    token = invite(admin, "?deliver=link")[1]["token"]
    assert accept(spoil(token))[0] == 404
    assert accept(token)[0] == 200


def test_a_token_is_good_for_seven_days(accounts, admin):
    invited = invite(admin, "?deliver=link")[1]
    item = accounts.table.get(f"{admin.tenant_id}#invitations", invited["id"])
    assert abs(item["expires_at"] - epoch() - 7 * 24 * 3600) < 5
    accounts.table.put({**item, "expires_at": epoch()})
    assert accept(invited["token"])[0] == 404
    assert call(handler, "GET", PATH, caller=admin.caller) == (200, [])


def test_neither_address_nor_roles_are_the_guests_to_choose(admin):
    token = invite(admin, "?deliver=link")[1]["token"]
    for field, value in (("email", an_address()), ("roles", ["admin"]), ("tenant_id", "default")):
        status, answer = accept(token, **{field: value})
        assert (status, answer["error"]["details"][0]["field"]) == (422, field)


def test_a_weak_password_or_a_taken_name_leaves_the_invitation_good(accounts, admin):
    token = invite(admin, "?deliver=link")[1]["token"]
    assert accept(token, password="weak")[0] == 422
    status, answer = accept(token, username=admin.user.username.upper())
    assert (status, answer["error"]["code"]) == (409, "USERNAME_TAKEN")
    assert accept(token)[0] == 200


def test_an_address_that_has_an_account_meanwhile_is_409(accounts, admin):
    email = an_address()
    token = invite(admin, "?deliver=link", email=email)[1]["token"]
    a_user(accounts, email=email)
    status, answer = accept(token)
    assert (status, answer["error"]["code"]) == (409, "EMAIL_TAKEN")


def test_the_same_key_and_body_join_once_and_answer_the_same(admin):
    token, headers, name = invite(admin, "?deliver=link")[1]["token"], {"Idempotency-Key": a_name()}, a_name()
    first = accept(token, headers, username=name)
    assert first[0] == 200
    assert accept(token, headers, username=name) == first
    assert accept(token, headers, username=a_name())[0] == 409
    assert accept(token, headers, username=name, password="Other-1843!x")[0] == 409


def test_by_mail_the_secret_is_in_no_answer_event_or_item(accounts, admin):
    email = an_address()
    status, invited = invite(admin, email=email)
    assert (status, invited["token"]) == (200, None)
    item = accounts.table.get(f"{admin.tenant_id}#invitations", invited["id"])
    assert "secret_hash" not in item
    (fact,) = facts_of(accounts, admin.tenant_id, "user.invited")
    assert (fact["subject"], fact["data"]["deliver"]) == (f"invitations/{invited['id']}", "mail")
    assert email not in json.dumps(fact)


def test_with_a_link_the_secret_is_in_one_answer_and_nowhere_else(accounts, admin):
    token = invite(admin, "?deliver=link")[1]["token"]
    secret = token.rpartition(".")[2]
    for partition in ("invitations", "outbox", "idempotency"):
        assert secret not in json.dumps(accounts.table.query_all(f"{admin.tenant_id}#{partition}", most=100))
    assert secret not in json.dumps(call(handler, "GET", PATH, caller=admin.caller)[1])


def test_who_mails_it_makes_the_secret_and_a_newer_link_ends_the_older(accounts, admin):
    invited = invite(admin)[1]
    invitations = InvitationRepository(accounts.table)
    older = invitations.new_token(admin.tenant_id, invited["id"])
    newer = invitations.new_token(admin.tenant_id, invited["id"])
    assert accept(older)[0] == 404
    assert accept(newer)[0] == 200
    assert invitations.new_token(admin.tenant_id, invited["id"]) is None


def test_open_invitations_are_listed_and_withdrawn(accounts, admin):
    first, second = invite(admin, "?deliver=link")[1], invite(admin)[1]
    listed = call(handler, "GET", PATH, caller=admin.caller)[1]
    assert [i["id"] for i in listed] == [first["id"], second["id"]]
    assert call(handler, "DELETE", f"{PATH}/{first['id']}", caller=admin.caller)[0] == 200
    assert call(handler, "DELETE", f"{PATH}/{first['id']}", caller=admin.caller)[0] == 404
    assert accept(first["token"])[0] == 404
    assert [i["id"] for i in call(handler, "GET", PATH, caller=admin.caller)[1]] == [second["id"]]
    assert len(facts_of(accounts, admin.tenant_id, "invitation.revoked")) == 1


def test_an_address_has_one_open_invitation_in_any_spelling(admin):
    email = an_address()
    first = invite(admin, email=email)[1]
    status, answer = invite(admin, email=email.title())
    assert (status, answer["error"]["code"]) == (409, "ALREADY_INVITED")
    assert answer["error"]["details"] == {"invitation_id": first["id"]}


def test_there_are_at_most_a_hundred_open_and_expired_ones_do_not_count(accounts, admin):
    pk = f"{admin.tenant_id}#invitations"
    known = accounts.table.get(pk, invite(admin)[1]["id"])
    for n in range(OPEN_MOST - 2):
        accounts.table.put({**known, "sk": f"{n:026d}", "id": f"{n:026d}", "email": f"{n}@example.com"})
    assert invite(admin)[0] == 200
    status, answer = invite(admin)
    assert (status, answer["error"]["code"]) == (409, "TOO_MANY_INVITATIONS")
    accounts.table.update(pk, f"{0:026d}", set_={"expires_at": epoch() - 1})
    assert invite(admin)[0] == 200


def test_of_two_who_invite_one_address_at_once_one_does(accounts, admin, monkeypatch):
    invitations, email, read = InvitationRepository(accounts.table), an_address(), InvitationRepository._read
    looks = []

    def another_was_first(self, tenant_id):
        found = read(self, tenant_id)
        looks.append(1)
        if len(looks) == 1:
            invitations.invite(tenant_id, email, ("user",), "bob")
        return found

    monkeypatch.setattr(InvitationRepository, "_read", another_was_first)
    with pytest.raises(AlreadyInvited):
        invitations.invite(admin.tenant_id, email, ("user",), "ada")


def test_the_same_key_invites_once_and_shows_no_token_again(accounts, admin):
    headers, email = {"Idempotency-Key": a_name()}, an_address()
    status, first = invite(admin, "?deliver=link", headers, email=email)
    assert status == 200
    assert invite(admin, "?deliver=link", headers, email=email) == (200, {**first, "token": None})
    assert invite(admin, "?deliver=link", headers, email=an_address())[0] == 409
    assert len(facts_of(accounts, admin.tenant_id, "user.invited")) == 1


@pytest.mark.parametrize("role", ["moderator", "user", "guest"])
def test_only_administrators_invite(accounts, admin, role):
    caller = a_member(accounts, admin.tenant_id, role).caller
    sent = invite(admin)[1]
    assert call(handler, "POST", PATH, {"email": an_address()}, caller=caller)[0] == 403
    assert call(handler, "GET", PATH, caller=caller)[0] == 403
    assert call(handler, "DELETE", f"{PATH}/{sent['id']}", caller=caller)[0] == 403


def test_another_tenants_invitation_is_404_and_not_listed(accounts, admin):
    other, sent = a_founder(accounts), invite(admin)[1]
    assert call(handler, "DELETE", f"{PATH}/{sent['id']}", caller=other.caller)[0] == 404
    assert call(handler, "GET", PATH, caller=other.caller) == (200, [])
    assert len(call(handler, "GET", PATH, caller=admin.caller)[1]) == 1


def test_inviting_wants_a_fresh_second_factor_of_who_has_one(accounts, admin):
    caller = admin.caller
    change_user(accounts, admin.user, mfa_enabled=True)
    status, answer = call(handler, "POST", PATH, {"email": an_address()}, caller=caller)
    assert (status, answer["error"]["code"]) == (403, "STEP_UP_REQUIRED")


@pytest.mark.parametrize(
    "change",
    [{"email": "ada"}, {"email": None}, {"roles": []}, {"roles": ["root"]}, {"secret_hash": "x"}, {"expires_at": 1}],
    ids=str,
)
def test_a_bad_invitation_is_422(admin, change):
    assert invite(admin, **change)[0] == 422


def test_the_page_of_the_link_runs_its_own_script_only():
    answer = handler(rest_event("GET", f"{PATH}/accept"), a_context())
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "text/html; charset=utf-8")
    script = re.search(r"<script>(.*)</script>", answer["body"], re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in answer["headers"]["content-security-policy"]
