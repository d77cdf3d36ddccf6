"""A key is its owner's, with what the owner may do now, and each use is told once a day and address."""

import pytest
from botocore.exceptions import EndpointConnectionError

from docchain.clock import epoch
from docchain.identity.addresses import canonical_address
from docchain.identity.api_keys import issue as issuing
from docchain.identity.api_keys.errors import InvalidApiKey
from docchain.identity.api_keys.issue import rotate_api_key
from docchain.identity.api_keys.repository import ApiKeyRepository
from docchain.identity.api_keys.secret import ApiKeySecret
from docchain.identity.api_keys.verify import ADDRESSES_MOST, verify_api_key
from docchain.identity.policies import ApiPolicy, Policies, PolicyRepository
from tests.support.identity import change_user, facts_of

HERE, THERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def verify(keys):
    return lambda text, address=HERE: verify_api_key(text, address, keys)


def change_key(accounts, key, **changes):
    accounts.table.update(f"{key.tenant_id}#api_key#{key.id}", "api_key", set_=changes)


def uses(accounts, user):
    return [(f["data"]["ip"], f["data"]["new_address"]) for f in facts_of(accounts, user.tenant_id, "api_key.used")]


def refused(verify, text):
    with pytest.raises(InvalidApiKey):
        verify(text)
    return True


def test_the_caller_is_the_owner_without_a_session(verify, issue, user):
    issued = issue(permissions=["workflows:write"])
    caller = verify(issued.text)
    assert (caller.tenant_id, caller.user_id, caller.username) == (user.tenant_id, user.id, user.username)
    assert (caller.session_id, caller.api_key_id) == ("", issued.key.id)
    assert caller.scopes == {"workflows:read", "workflows:write"}
    assert caller.roles == frozenset()


def test_only_hashes_are_kept(accounts, issue):
    issued = issue()
    item = accounts.table.get(f"{issued.key.tenant_id}#api_key#{issued.key.id}", "api_key")
    assert issued.text not in str(item)
    assert issued.text[-48:] not in str(item)
    assert item["secret_hash"] == ApiKeySecret.parse(issued.text).hash


def test_what_the_owner_lost_the_key_lost(accounts, verify, issue, user):
    issued = issue(permissions=["admin"])
    assert "tenant:admin" in verify(issued.text).scopes
    change_user(accounts, user, roles=["guest"])
    assert verify(issued.text).scopes == frozenset()


def test_a_banned_owners_key_is_refused(accounts, verify, issue, user):
    issued = issue()
    change_user(accounts, user, is_active=False)
    assert refused(verify, issued.text)


def test_a_revoked_key_is_refused_at_once(keys, verify, issue, owner):
    issued = issue()
    keys.revoke(issued.key, owner.username)
    assert refused(verify, issued.text)


def test_an_expired_key_is_refused_though_ttl_deletes_late(accounts, verify, issue):
    issued = issue(expires_days=1)
    assert verify(issued.text)
    change_key(accounts, issued.key, expires_at=epoch() - 1)
    assert refused(verify, issued.text)


def test_a_right_key_with_another_secret_tenant_or_owner_is_refused(verify, issue):
    key = issue().key
    assert refused(verify, ApiKeySecret.new(key.tenant_id, key.id).text())
    assert refused(verify, ApiKeySecret.new("another", key.id).text())
    assert refused(verify, ApiKeySecret.new(key.tenant_id, key.id.replace("1_", "2_", 1)).text())


def test_two_secrets_work_while_they_overlap_and_then_one(accounts, keys, verify, issue, owner):
    old = issue()
    new = rotate_api_key(keys, owner, old.key.id, 24, None)
    assert verify(old.text).api_key_id == verify(new.text).api_key_id == old.key.id
    change_key(accounts, old.key, previous_until=epoch() - 1)
    assert refused(verify, old.text)
    assert verify(new.text)


def test_without_an_overlap_the_old_secret_ends_at_once(keys, verify, issue, owner):
    old = issue()
    new = rotate_api_key(keys, owner, old.key.id, 0, None)
    assert refused(verify, old.text)
    assert verify(new.text)


def test_policies_are_handed_on(accounts, verify, issue, user):
    issued = issue()
    assert (verify(issued.text).rate_limit, verify(issued.text).request_megabytes) == (100, 10)
    wanted = Policies(api=ApiPolicy(rate_limit_per_minute=7, max_request_size_mb=2))
    PolicyRepository(accounts.table).replace(user.tenant_id, wanted, "ada")
    assert (verify(issued.text).rate_limit, verify(issued.text).request_megabytes) == (7, 2)


def test_a_first_use_is_two_calls_and_the_next_one(verify, issue, aws_calls):
    issued = issue()
    aws_calls.clear()
    verify(issued.text)
    assert aws_calls == ["BatchGetItem", "TransactWriteItems"]
    aws_calls.clear()
    verify(issued.text)
    assert aws_calls == ["BatchGetItem"]


def test_each_address_is_told_once_a_day_and_as_new_once(accounts, verify, issue, user):
    issued = issue()
    for address in (HERE, HERE, THERE, HERE, THERE):
        verify(issued.text, address)
    assert sorted(uses(accounts, user)) == [(THERE, True), (HERE, True)]
    change_key(accounts, issued.key, seen_on={HERE: "2020-01-01", THERE: "2020-01-01"})
    verify(issued.text, HERE)
    assert uses(accounts, user)[2:] == [(HERE, False)]


def test_last_use_is_moved_once_a_minute(accounts, keys, verify, issue, user, aws_calls):
    issued = issue()
    verify(issued.text)
    stored = keys.read(user.tenant_id, user.id, issued.key.id)
    assert stored.last_used_ip == HERE
    change_key(accounts, issued.key, last_used_at="2026-01-01T00:00:00.000Z")
    aws_calls.clear()
    verify(issued.text)
    assert aws_calls == ["BatchGetItem", "UpdateItem"]
    assert keys.read(user.tenant_id, user.id, issued.key.id).last_used_at >= stored.last_used_at


def test_a_note_that_cannot_be_taken_refuses_nobody(verify, issue, monkeypatch):
    def away(*_, **__):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    issued = issue()
    monkeypatch.setattr(ApiKeyRepository, "noting_use", away)
    assert verify(issued.text)


def test_the_addresses_of_a_key_are_bounded(accounts, keys, verify, issue, user):
    issued = issue()
    crowd = {f"10.0.0.{i}": f"2020-01-01T{i:03d}" for i in range(ADDRESSES_MOST)}
    change_key(accounts, issued.key, seen_on=crowd)
    verify(issued.text)
    seen = keys.read(user.tenant_id, user.id, issued.key.id).seen_on
    assert len(seen) == ADDRESSES_MOST
    assert HERE in seen
    assert "10.0.0.0" not in seen


def test_a_use_from_an_address_that_is_not_allowed_is_told(accounts, verify, issue, user):
    issued = issue(allowed_addresses=["203.0.113.0/24"])
    assert verify(issued.text, THERE).allowed_addresses == ("203.0.113.0/24",)
    (fact,) = facts_of(accounts, user.tenant_id, "api_key.used")
    assert fact["data"]["allowed"] is False


@pytest.mark.parametrize("owner_of_block", ["{t}", "_anonymous"])
def test_a_blocked_address_is_handed_on_until_its_block_ends(accounts, verify, issue, user, owner_of_block):
    issued = issue()
    address = "192.0.2.55" if owner_of_block == "{t}" else "192.0.2.56"
    at = {"pk": f"{owner_of_block.format(t=user.tenant_id)}#blocked#{address}", "sk": "blocked"}
    assert verify(issued.text, address).blocked_address == ""
    accounts.table.put({**at, "expires_at": epoch() + 60})
    assert verify(issued.text, address).blocked_address == address
    assert verify(issued.text, HERE).blocked_address == ""
    accounts.table.put({**at, "expires_at": epoch() - 1})
    assert verify(issued.text, address).blocked_address == ""


def test_one_address_has_one_spelling():
    assert canonical_address("2001:DB8:0::1") == canonical_address("2001:db8::1") == "2001:db8::1"
    assert canonical_address("::ffff:203.0.113.7") == "203.0.113.7"
    assert issuing.NewApiKey(name="n", allowed_addresses=["203.0.113.9/24"]).allowed_addresses == ("203.0.113.0/24",)
