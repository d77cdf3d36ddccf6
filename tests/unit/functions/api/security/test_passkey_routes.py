"""Passkeys through the handler, against an authenticator that can be made to lie."""

import copy

import pytest

from docchain.identity import passkey_ceremonies, passkey_login, passkeys
from functions.api.security import dependencies
from functions.api.security.handler import handler
from tests.support.identity import ORIGIN, PASSWORD, a_login, a_user, authorized, change_user, facts_of
from tests.support.mfa import a_protected_user
from tests.support.passkeys import USER_PRESENT, SoftAuthenticator, b64
from tests.support.rest import call

SECURITY = "/api/v3/security"


@pytest.fixture
def user(accounts):
    return a_user(accounts)


@pytest.fixture
def caller(accounts, user):
    return authorized(a_login(accounts, user).access_token)


@pytest.fixture
def key(caller):
    """Registered for ``user``."""
    authenticator = SoftAuthenticator()
    assert register(caller, authenticator)[0] == 200
    return authenticator


def post(path, body=None, caller=None):
    return call(handler, "POST", f"{SECURITY}{path}", body, caller)


def code_of(answer):
    status, body = answer
    return status, body["error"]["code"]


def begin(caller, password=PASSWORD):
    status, body = post("/passkeys/register/begin", {"password": password}, caller)
    assert status == 200, body
    return body


def finish(caller, ceremony, credential, **fields):
    body = {"ceremony_id": ceremony, "credential": credential, **fields}
    return post("/passkeys/register/finish", body, caller)


def register(caller, authenticator, **fields):
    begun = begin(caller)
    return finish(caller, begun["ceremony_id"], authenticator.create(begun["options"]), **fields)


def begin_login():
    status, body = post("/auth/passkey/begin")
    assert status == 200
    return body


def finish_login(ceremony, credential):
    return post("/auth/passkey/finish", {"ceremony_id": ceremony, "credential": credential})


def log_in(authenticator):
    begun = begin_login()
    return finish_login(begun["ceremony_id"], authenticator.get(begun["options"]))


def refused(answer):
    assert code_of(answer) == (401, "PASSKEY_REFUSED")
    return True


# Registering --------------------------------------------------------------------------------------------------------


def test_the_options_ask_for_a_passkey_that_verifies_its_user(caller, user):
    options = begin(caller)["options"]
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["user"]["name"] == user.username
    assert len(options["challenge"]) >= 43


def test_a_registered_passkey_is_listed_under_its_name_and_told(accounts, caller, user):
    status, body = register(caller, SoftAuthenticator(), name="Laptop")
    assert status == 200
    status, (kept,) = call(handler, "GET", f"{SECURITY}/passkeys", caller=caller)
    assert (kept["id"], kept["name"], kept["last_used_at"], kept["synced"]) == (body["id"], "Laptop", None, False)
    assert len(facts_of(accounts, user.tenant_id, "passkey.registered")) == 1


def test_it_takes_the_password_and_guesses_at_it_are_counted(caller):
    for _ in range(5):
        assert post("/passkeys/register/begin", {"password": "Wrong-1234"}, caller)[0] == 422
    assert code_of(post("/passkeys/register/begin", {"password": PASSWORD}, caller)) == (429, "TOO_MANY_ATTEMPTS")


def test_a_ceremony_is_good_once(caller):
    begun = begin(caller)
    assert finish(caller, begun["ceremony_id"], SoftAuthenticator().create(begun["options"]))[0] == 200
    assert refused(finish(caller, begun["ceremony_id"], SoftAuthenticator().create(begun["options"])))


def test_a_ceremony_ends_after_five_minutes_though_ttl_deletes_late(accounts, caller, user):
    begun = begin(caller)
    sk = f"ceremony#{begun['ceremony_id']}"
    accounts.table.update(f"{user.tenant_id}#account#1", sk, set_={"expires_at": 1})
    assert refused(finish(caller, begun["ceremony_id"], SoftAuthenticator().create(begun["options"])))


def test_a_ceremony_of_another_session_user_or_kind_is_none(accounts, caller, user):
    begun, made = begin(caller), SoftAuthenticator()
    credential = made.create(begun["options"])
    other_session = authorized(a_login(accounts, user).access_token)
    other_user = authorized(a_login(accounts).access_token)
    for stranger in (other_session, other_user):
        assert refused(finish(stranger, begun["ceremony_id"], credential))
    login = begin_login()
    options = {**begun["options"], "challenge": login["options"]["challenge"]}
    assert refused(finish(caller, login["ceremony_id"], SoftAuthenticator().create(options)))


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8000.evil.example"},
        {"origin": "http://localhost"},
        {"rp_id": "evil.example"},
        {"flags": USER_PRESENT},
        {"flags": 0},
    ],
)
def test_another_origin_another_party_and_an_unverified_user_are_refused(caller, lie):
    assert refused(register(caller, SoftAuthenticator(**lie)))


def test_another_challenge_is_refused(caller):
    begun, other = begin(caller), begin(caller)
    assert refused(finish(caller, begun["ceremony_id"], SoftAuthenticator().create(other["options"])))


@pytest.mark.parametrize("junk", [b"", b"\xff" * 40, b"\xa0", b"\x9f", b"\x81" * 3000, b"{}", b"\xbf" + b"\x00" * 20])
@pytest.mark.parametrize("part", ["clientDataJSON", "attestationObject"])
def test_junk_is_refused_and_no_failure_of_ours(caller, part, junk):
    begun = begin(caller)
    credential = SoftAuthenticator().create(begun["options"])
    credential["response"][part] = b64(junk)
    assert refused(finish(caller, begun["ceremony_id"], credential))


def test_eleven_are_too_many(accounts, caller, user, monkeypatch):
    monkeypatch.setattr(passkeys, "MOST", 1)
    begun = [begin(caller) for _ in range(2)]
    made = [SoftAuthenticator().create(b["options"]) for b in begun]
    assert finish(caller, begun[0]["ceremony_id"], made[0])[0] == 200
    assert code_of(finish(caller, begun[1]["ceremony_id"], made[1])) == (409, "TOO_MANY_PASSKEYS")
    assert code_of(post("/passkeys/register/begin", {"password": PASSWORD}, caller)) == (409, "TOO_MANY_PASSKEYS")


# Logging in ---------------------------------------------------------------------------------------------------------


def test_a_passkey_logs_in_without_name_and_password(accounts, user, key):
    status, login = log_in(key)
    assert status == 200
    assert (login["user_id"], login["username"]) == (1, user.username)
    assert authorized(login["access_token"])
    assert facts_of(accounts, user.tenant_id, "user.logged_in")[-1]["data"]["second_factor"] == "passkey"


def test_it_is_a_second_factor_by_itself(accounts):
    ada = a_protected_user(accounts, dependencies.secrets())
    key = SoftAuthenticator()
    assert register(ada.caller, key)[0] == 200
    status, login = log_in(key)
    assert status == 200
    fresh = authorized(login["access_token"])
    assert begin(fresh)["ceremony_id"]  # which is a step-up's matter


def test_the_options_of_a_login_tell_nothing_of_anybody(key):
    options = begin_login()["options"]
    assert options.get("allowCredentials", []) == []
    assert (options["rpId"], options["userVerification"]) == ("localhost", "required")


def test_what_was_signed_once_is_no_login_again(key):
    begun = begin_login()
    signed = key.get(begun["options"])
    assert finish_login(begun["ceremony_id"], signed)[0] == 200
    assert refused(finish_login(begun["ceremony_id"], signed))
    assert refused(finish_login(begin_login()["ceremony_id"], signed))


def test_a_count_that_does_not_rise_is_refused_and_told(accounts, user, key):
    copied = copy.copy(key)
    assert log_in(key)[0] == 200
    assert refused(log_in(copied))
    assert facts_of(accounts, user.tenant_id, "mfa.failed")[-1]["data"]["purpose"] == "passkey_login"


class Uncounted(SoftAuthenticator):
    def _data(self, flags):
        self.count = 0
        return super()._data(flags)


def test_of_two_calls_with_one_signature_at_the_same_time_one_fails(accounts, caller, user, monkeypatch):
    """Of an authenticator that does not count, so that the ceremony alone stands between them."""
    key, inner = Uncounted(), []
    assert register(caller, key)[0] == 200
    begun = begin_login()
    signed = key.get(begun["options"])
    verify = passkey_ceremonies.verify_login

    def overtaken(*arguments):
        count = verify(*arguments)
        if not inner:
            inner.append("once")
            inner.append(finish(*twice))
        return count

    finish = passkey_login.finish_login
    twice = (accounts, dependencies.party(), begun["ceremony_id"], signed, ORIGIN)
    monkeypatch.setattr(passkey_ceremonies, "verify_login", overtaken)
    assert refused(finish_login(begun["ceremony_id"], signed))
    assert authorized(inner[1].access_token)
    assert len(facts_of(accounts, user.tenant_id, "user.logged_in")) == 2


def test_authenticators_that_count_nothing_may_log_in_again_and_again(caller):
    key = Uncounted()
    assert register(caller, key)[0] == 200
    assert [log_in(key)[0] for _ in range(2)] == [200, 200]


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"flags": USER_PRESENT},
        {"flags": 0},
        {"user_handle": b""},
        {"user_handle": b"default:1"},
        {"user_handle": b"../..:1"},
        {"user_handle": b"\xff\xfe"},
        {"credential_id": b"another"},
        {"key": SoftAuthenticator().key},
    ],
    ids=range(10),
)
def test_every_lie_is_refused_alike(key, lie):
    for name, value in lie.items():
        setattr(key, name, value)
    assert refused(log_in(key))


def test_the_passkey_of_one_user_is_not_that_of_another(accounts, key):
    eve = a_user(accounts)
    key.user_handle = f"{eve.tenant_id}:1".encode()
    assert refused(log_in(key))


@pytest.mark.parametrize("part", ["authenticatorData", "signature", "clientDataJSON"])
def test_a_flipped_bit_is_refused(key, part):
    begun = begin_login()
    signed = key.get(begun["options"])
    text = signed["response"][part]
    at = len(text) // 2
    signed["response"][part] = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
    assert refused(finish_login(begun["ceremony_id"], signed))


@pytest.mark.parametrize("junk", [{}, {"response": None}, {"response": {"userHandle": 1}, "rawId": 2}, {"id": []}])
def test_what_is_no_credential_is_refused(accounts, junk):
    assert refused(finish_login(begin_login()["ceremony_id"], junk))


def test_a_credential_of_a_megabyte_is_not_read(accounts):
    assert finish_login(begin_login()["ceremony_id"], {"x": "y" * 100_000})[0] == 422


def test_a_banned_user_logs_in_no_more(accounts, user, key):
    change_user(accounts, user, is_active=False)
    assert refused(log_in(key))


# Removing -----------------------------------------------------------------------------------------------------------


def test_a_removed_passkey_logs_in_no_more(accounts, caller, key):
    _, (kept,) = call(handler, "GET", f"{SECURITY}/passkeys", caller=caller)
    path = f"{SECURITY}/passkeys/{kept['id']}"
    stranger = authorized(a_login(accounts).access_token)
    assert call(handler, "DELETE", path, caller=stranger)[0] == 404
    assert call(handler, "DELETE", path, caller=caller)[0] == 200
    assert call(handler, "DELETE", path, caller=caller)[0] == 404
    assert refused(log_in(key))


def test_who_has_a_second_factor_proves_it_before_passkeys_change(accounts):
    ada = a_protected_user(accounts, dependencies.secrets())
    at = (f"{ada.user.tenant_id}#session#{ada.caller.session_id}", "session")
    accounts.table.update(*at, set_={"mfa_at": 1})
    for method, path, body in (
        ("POST", "/passkeys/register/begin", {"password": PASSWORD}),
        ("DELETE", f"/passkeys/{'0' * 64}", None),
    ):
        assert code_of(call(handler, method, f"{SECURITY}{path}", body, ada.caller)) == (403, "STEP_UP_REQUIRED")


def test_a_stage_without_an_address_has_no_passkeys(accounts, caller, monkeypatch):
    monkeypatch.setenv("PASSKEY_ORIGIN", "")
    dependencies.party.cache_clear()
    try:
        assert code_of(post("/auth/passkey/begin")) == (409, "PASSKEYS_OFF")
        assert code_of(post("/passkeys/register/begin", {"password": PASSWORD}, caller)) == (409, "PASSKEYS_OFF")
    finally:
        dependencies.party.cache_clear()
