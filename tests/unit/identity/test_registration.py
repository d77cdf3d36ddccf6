"""Each new user founds a tenant; names are unique in every spelling; all of it is written or nothing."""

import pytest
from pydantic import ValidationError

from docchain.errors import Conflict, ValidationFailed
from docchain.identity.errors import EmailTaken, UsernameTaken, WeakPassword
from docchain.identity.registration import register
from docchain.identity.requests import Application
from docchain.storage.counters import next_number
from docchain.storage.idempotency import IdempotencyMismatch
from tests.support.identity import PASSWORD, a_name, a_user, an_application, facts_of


def test_the_first_user_of_a_new_tenant_is_number_one_and_administrator(accounts):
    ada, bob = a_user(accounts), a_user(accounts)
    assert ada.tenant_id != bob.tenant_id
    for user in (ada, bob):
        assert (user.id, user.roles, user.is_active) == (1, ("admin", "user"), True)
        assert accounts.users.read(user.tenant_id, user.id) == user


def test_numbers_of_users_go_on_behind_the_first(accounts):
    assert next_number(accounts.table, a_user(accounts).tenant_id, "user") == 2


def test_the_password_is_kept_as_a_hash_only(accounts):
    user = a_user(accounts)
    item = accounts.table.get(f"{user.tenant_id}#users", "000000000001")
    assert PASSWORD not in str(item)
    assert item["password_hash"].startswith("$argon2id$")


def test_the_news_of_it_is_written_along(accounts):
    user = a_user(accounts)
    (fact,) = facts_of(accounts, user.tenant_id, "user.registered")
    assert (fact["subject"], fact["actor"]) == ("users/1", user.username)


@pytest.mark.parametrize("spelled", [str.lower, str.upper, str.title])
def test_a_username_is_taken_in_every_spelling(accounts, spelled):
    user = a_user(accounts)
    with pytest.raises(UsernameTaken):
        register(accounts, an_application(username=spelled(user.username), email=f"{a_name()}@example.com"))


def test_an_email_is_taken_in_every_spelling(accounts):
    user = a_user(accounts)
    with pytest.raises(EmailTaken):
        register(accounts, an_application(email=user.email.upper()))


def test_a_refused_registration_leaves_the_other_name_free(accounts):
    taken, free = a_user(accounts), a_name()
    with pytest.raises(EmailTaken):
        register(accounts, an_application(username=free, email=taken.email))
    assert a_user(accounts, username=free).username == free


def test_a_weak_password_is_refused_with_every_rule_named_and_nothing_written(accounts):
    application = an_application(password="password")
    with pytest.raises(WeakPassword) as refusal:
        register(accounts, application)
    assert refusal.value.status == 422
    assert [d["field"] for d in refusal.value.details] == ["password"] * 4
    assert "is easy to guess: it is a common word or password" in refusal.value.message
    assert accounts.users.find_by_login(application.username) is None


def test_an_email_that_grows_past_a_key_when_folded_is_refused(accounts):
    with pytest.raises(ValidationFailed) as refusal:
        register(accounts, Application.model_construct(username=a_name(), email="\ufdfa" * 60, password=PASSWORD))
    assert refusal.value.details[0]["field"] == "email"


@pytest.mark.parametrize("field", ["roles", "is_active", "tenant_id", "id", "user_id", "token_version", "is_admin"])
def test_no_field_but_ones_own_can_be_set(field):
    with pytest.raises(ValidationError, match="Extra inputs"):
        an_application(**{field: ["admin"]})


@pytest.mark.parametrize(
    "name",
    ["ab", "a" * 65, "a b", "ada@example.com", "a#b", "аdmin", "ada\n", "ada\x00", "", "ａｄａ", "a/b", "\ud800aaa"],
)
def test_a_username_is_plain(name):
    with pytest.raises(ValidationError):
        Application(username=name, email="ada@example.com", password=PASSWORD)


def test_the_same_key_and_body_answer_the_same_and_register_once(accounts):
    application, key = an_application(), a_name()
    first = register(accounts, application, key)
    assert register(accounts, application, key) == first


def test_the_same_key_with_another_body_is_refused(accounts):
    application, key = an_application(), a_name()
    register(accounts, application, key)
    for changed in ({"full_name": "Other"}, {"password": "Other-1843"}, {"username": a_name()}):
        with pytest.raises(IdempotencyMismatch):
            register(accounts, application.model_copy(update=changed), key)


def test_the_same_key_at_the_same_time_registers_once(accounts, monkeypatch):
    application, key = an_application(), a_name()
    first = register(accounts, application, key)
    from docchain.storage.idempotency import IdempotencyKey

    look, looks = IdempotencyKey.earlier_answer, []

    def blind_at_first(self, table):
        looks.append(1)
        return None if len(looks) == 1 else look(self, table)

    monkeypatch.setattr(IdempotencyKey, "earlier_answer", blind_at_first)
    assert register(accounts, application, key) == first
    assert len(looks) == 2


def test_no_record_of_a_key_holds_a_quick_hash_of_the_password(accounts):
    """Two bodies that differ in the password alone leave the same fingerprint."""
    from docchain.identity.registration import _idempotency

    application = an_application()
    other = application.model_copy(update={"password": "Other-1843"})
    assert _idempotency(application, "k") == _idempotency(other, "k")


def test_without_a_key_a_second_time_is_a_conflict(accounts):
    application = an_application()
    register(accounts, application)
    with pytest.raises(Conflict):
        register(accounts, application)
