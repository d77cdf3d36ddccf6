"""The vault over HTTP: secrets go in, are used, and come out nowhere."""

import json

import boto3
import pytest

from docchain.encryption.errors import CiphertextRefused
from docchain.storage.table import Table
from docchain.vault import opening, storing
from docchain.vault.opening import Vault, open_secret
from functions.api.security import dependencies
from functions.api.security.handler import handler
from tests.support.identity import a_login, authorized
from tests.support.mfa import a_protected_user
from tests.support.rest import a_caller, call

SECRETS = "/api/v3/security/vault/secrets"
KEY = "sk-proj-0123456789abcdefghijWXYZ"
PROVIDER = {"value": KEY, "kind": "provider_key", "description": "marketing"}


@pytest.fixture
def admin(accounts):
    return authorized(a_login(accounts).access_token)


@pytest.fixture
def table(aws_account):
    return Table(boto3.client("dynamodb"), "vault")


@pytest.fixture
def vault(table):
    return Vault(table, dependencies.encryption())


def put(caller, name="openai_api_key", **fields):
    return call(handler, "PUT", f"{SECRETS}/{name}", {**PROVIDER, **fields}, caller)


def facts(table, tenant_id):
    return [item["event"] for item in table.query_all(f"{tenant_id}#outbox", most=100)]


def opened(vault, caller, name="openai_api_key", **options):
    return open_secret(vault, caller.tenant_id, name, used_for="steps/ai", **options)


@pytest.mark.parametrize("algorithm", ["aes256", "chacha20", "rsa2048", "rsa4096"])
def test_a_secret_goes_in_and_a_function_opens_it(admin, vault, algorithm):
    status, told = put(admin, algorithm=algorithm)
    assert (status, told["version"], told["hint"], told["updated_by"]) == (200, 1, "WXYZ", admin.username)
    assert opened(vault, admin).value == KEY
    status, seen = call(handler, "GET", f"{SECRETS}/openai_api_key", None, admin)
    assert (status, seen["last_used_at"] is not None, seen["algorithm"]) == (200, True, algorithm)


def test_the_value_is_in_no_answer_no_event_no_log_and_no_item(admin, vault, table, caplog, capsys):
    answers = [put(admin), put(admin, value=KEY[::-1]), put(admin, value=KEY)]
    opened(vault, admin)
    answers.append(put(admin, value=KEY, kind="nonsense"))
    answers += [call(handler, "GET", path, None, admin) for path in (SECRETS, f"{SECRETS}/openai_api_key")]
    kept = table.query_all(f"{admin.tenant_id}#vault", most=10)
    answers.append(call(handler, "DELETE", f"{SECRETS}/openai_api_key", None, admin))
    written = json.dumps([answers, facts(table, admin.tenant_id), kept]) + caplog.text + "".join(capsys.readouterr())
    assert "openai_api_key" in written
    assert KEY not in written
    assert KEY[::-1] not in written


def test_every_change_is_told_without_what_changed_secretly(admin, table):
    put(admin)
    put(admin, value="another", kind="password")
    call(handler, "DELETE", f"{SECRETS}/openai_api_key", None, admin)
    told = [(f["type"], f["subject"], f["data"]) for f in facts(table, admin.tenant_id)]
    first = {"kind": "provider_key", "algorithm": "aes256", "version": 1}
    last = {"kind": "password", "algorithm": "aes256", "version": 2}
    name = "openai_api_key"
    stored, deleted, subject = "secret.stored", "secret.deleted", f"secrets/{name}"
    differ = {
        "before": {"kind": "provider_key", "version": 1},
        "after": {"kind": "password", "version": 2},
    }
    assert told == [
        (stored, subject, {"name": name, "after": first}),
        (stored, subject, {"name": name, **differ}),
        (deleted, subject, {"name": name, "before": last}),
    ]


def test_the_value_before_is_kept_for_a_day(admin, vault, monkeypatch):
    put(admin, value="first")
    status, told = put(admin, value="second")
    assert (status, told["version"], told["previous_until"] is not None) == (200, 2, True)
    found = opened(vault, admin, with_previous=True)
    assert (found.value, found.previous) == ("second", "first")
    monkeypatch.setattr(opening, "epoch", lambda: storing.epoch() + storing.OVERLAP_SECONDS)
    assert opened(vault, admin, with_previous=True).previous is None


def test_the_same_request_twice_pushes_out_nothing(admin, vault, table):
    put(admin, value="first")
    assert put(admin, value="second") == put(admin, value="second")
    assert opened(vault, admin, with_previous=True).previous == "first"
    assert [f["type"] for f in facts(table, admin.tenant_id)].count("secret.stored") == 2


def test_another_description_is_no_other_version(admin, vault):
    put(admin)
    status, told = put(admin, description="sales")
    assert (status, told["version"], told["description"]) == (200, 1, "sales")
    assert opened(vault, admin).value == KEY


def test_who_stores_at_the_same_moment_hears_of_it(admin, monkeypatch):
    seal = dependencies.encryption().seal

    def overtaken(value, context, algorithm):
        if value == "mine":
            theirs = storing.NewSecret("openai_api_key", "theirs", "other", "", "aes256")
            secrets, encryption = dependencies.vault_secrets(), dependencies.encryption()
            storing.store_secret(secrets, encryption, admin.tenant_id, theirs, "bob")
        return seal(value, context, algorithm)

    monkeypatch.setattr(type(dependencies.encryption()), "seal", lambda _, *a: overtaken(*a))
    status, answer = put(admin, value="mine")
    assert (status, answer["error"]["code"]) == (409, "SECRET_CHANGED")


def test_a_use_is_told_once_an_hour(admin, vault, table, monkeypatch):
    put(admin)
    for _ in range(3):
        opened(vault, admin)
    monkeypatch.setattr(opening, "epoch", lambda: storing.epoch() + 3600)
    opened(vault, admin)
    used = [f["data"] for f in facts(table, admin.tenant_id) if f["type"] == "secret.used"]
    assert used == [{"name": "openai_api_key", "version": 1, "used_for": "steps/ai"}] * 2


def test_what_was_moved_to_another_tenant_or_name_does_not_open(admin, vault, table):
    put(admin)
    stolen = table.get(f"{admin.tenant_id}#vault", "openai_api_key")
    for pk, sk in (("thief#vault", "openai_api_key"), (f"{admin.tenant_id}#vault", "other")):
        table.put({**stolen, "pk": pk, "sk": sk, "name": sk})
        with pytest.raises(CiphertextRefused):
            open_secret(vault, pk.split("#")[0], sk, used_for="test")


def test_what_cannot_be_opened_can_be_stored_anew(admin, vault, table):
    put(admin)
    table.update(f"{admin.tenant_id}#vault", "openai_api_key", set_={"sealed": "spoilt"})
    assert put(admin)[1]["version"] == 2
    assert opened(vault, admin).value == KEY


@pytest.mark.parametrize(("role", "read", "write"), [("moderator", 200, 403), ("user", 403, 403), ("guest", 403, 403)])
def test_who_may(admin, role, read, write):
    put(admin)
    caller = a_caller(admin.tenant_id, roles=(role,))
    assert call(handler, "GET", SECRETS, None, caller)[0] == read
    assert call(handler, "GET", f"{SECRETS}/openai_api_key", None, caller)[0] == read
    assert put(caller)[0] == write
    assert call(handler, "DELETE", f"{SECRETS}/openai_api_key", None, caller)[0] == write


def test_another_tenants_secret_is_404(admin, accounts, vault):
    put(admin)
    stranger = authorized(a_login(accounts).access_token)
    for method in ("GET", "DELETE"):
        assert call(handler, method, f"{SECRETS}/openai_api_key", None, stranger)[0] == 404
    assert call(handler, "GET", SECRETS, None, stranger) == (200, [])
    assert opened(vault, stranger) is None
    assert opened(vault, admin).value == KEY


def test_the_same_name_in_two_tenants_is_two_secrets(admin, accounts, vault):
    stranger = authorized(a_login(accounts).access_token)
    put(admin, value="mine")
    assert put(stranger, value="theirs")[1]["version"] == 1
    assert (opened(vault, admin).value, opened(vault, stranger).value) == ("mine", "theirs")
    assert call(handler, "DELETE", f"{SECRETS}/openai_api_key", None, stranger)[0] == 200
    assert opened(vault, admin).value == "mine"


def test_an_api_key_stores_nothing(admin):
    by_key = admin.model_copy(update={"session_id": "", "api_key_id": "1_KEY"})
    assert put(by_key)[0] == 403


def test_who_has_a_second_factor_proves_it_first(accounts):
    ada = a_protected_user(accounts, dependencies.secrets())
    at = (f"{ada.user.tenant_id}#session#{ada.caller.session_id}", "session")
    accounts.table.update(*at, set_={"mfa_at": 1})
    status, answer = put(ada.caller)
    assert (status, answer["error"]["code"]) == (403, "STEP_UP_REQUIRED")


@pytest.mark.parametrize("name", ["UPPER", "-a", "a-", "a%20b", "a.b", "a" * 65, "ä", "a%0A"])
def test_a_name_is_a_slug(admin, name):
    assert put(admin, name=name)[0] == 422


@pytest.mark.parametrize("value", ["", "x" * 16_385, "ä" * 8_193, "\ud800"])
def test_a_value_is_whole_and_of_16_kilobytes_at_most(admin, value):
    status, answer = put(admin, value=value)
    assert (status, answer["error"]["details"][0]["field"]) == (422, "value")


def test_the_largest_value_is_kept(admin, vault):
    assert put(admin, value="x" * 16_384)[0] == 200
    put(admin, value="y" * 16_384)
    assert opened(vault, admin, with_previous=True).previous == "x" * 16_384


@pytest.mark.parametrize(("kind", "value", "hint"), [("password", "p" * 40, None), ("provider_key", "k" * 20, None)])
def test_nothing_is_hinted_of_what_could_be_guessed(admin, kind, value, hint):
    assert put(admin, kind=kind, value=value)[1]["hint"] is hint


def test_the_list_has_pages(admin):
    for name in ("a", "b", "c"):
        put(admin, name=name)
    status, found = call(handler, "GET", f"{SECRETS}?limit=2", None, admin)
    assert (status, [s["name"] for s in found]) == (200, ["a", "b"])


def test_it_costs_few_calls(admin, aws_calls):
    put(admin)
    aws_calls.clear()
    put(admin, value="new")
    assert len(aws_calls) <= 5
    aws_calls.clear()
    call(handler, "GET", f"{SECRETS}/openai_api_key", None, admin)
    assert aws_calls == ["BatchGetItem"]
