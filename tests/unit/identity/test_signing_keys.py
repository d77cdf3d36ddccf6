"""Several keys at once: the first signs, all verify, and a name that is not ours fetches nothing."""

import boto3
import pytest

from docchain import aws
from docchain.identity.access_tokens import issue_access_token, read_access_token
from docchain.identity.errors import InvalidAccessToken
from docchain.identity.models import User
from docchain.identity.signing import WrongKindOfKey, signing_keys
from tests.support.identity import a_token, header_of

ADA = User(tenant_id="t", id=1, username="ada", email="a@example.com", password_hash="", roles=("user",), created_at="")


def a_kms_key(spec="ECC_NIST_P256"):
    return boto3.client("kms").create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]["KeyId"]


@pytest.fixture(scope="module")
def ids(aws_account):
    return a_kms_key(), a_kms_key()


def keys_of(*ids):
    return signing_keys(aws.kms(), ",".join(ids))


def refused(keys, token):
    with pytest.raises(InvalidAccessToken):
        read_access_token(keys, token)
    return True


def test_the_first_signs_and_both_verify(ids):
    old, new = ids
    before, rotated = keys_of(old), keys_of(new, old)
    token_of_old = issue_access_token(before.first, ADA, "s1")
    token_of_new = issue_access_token(rotated.first, ADA, "s1")
    assert read_access_token(rotated, token_of_old).sid == "s1"
    assert read_access_token(rotated, token_of_new).sid == "s1"
    assert refused(before, token_of_new)


def test_a_key_that_was_taken_off_ends_its_tokens(ids):
    old, new = ids
    token = issue_access_token(keys_of(old).first, ADA, "s1")
    assert read_access_token(keys_of(new, old), token)
    assert refused(keys_of(new), token)


def test_the_published_set_has_every_key_under_the_name_its_tokens_carry(ids):
    keys = keys_of(*ids)
    assert [jwk["kid"] for jwk in keys.jwks] == [key.kid for key in keys.keys]
    assert len({jwk["x"] for jwk in keys.jwks}) == 2


def test_a_token_of_one_key_under_the_name_of_another_is_refused(ids):
    first, second = keys_of(*ids).keys
    assert refused(keys_of(*ids), a_token(first, header_of(second)))


@pytest.mark.parametrize(
    "kid",
    [
        "0000000000000000",
        "../../../../dev/null",
        "/etc/passwd",
        "' OR '1'='1",
        "arn:aws:kms:us-east-1:999999999999:key/evil",
        "https://evil.example/jwks.json",
        "\x00",
        "",
        None,
        ["list"],
        {"$ne": 1},
    ],
)
def test_a_name_that_is_not_ours_is_refused_without_fetching_anything(ids, aws_calls, kid):
    token = a_token(keys_of(*ids).first, {"alg": "ES256", "kid": kid, "typ": "JWT"})
    aws_calls.clear()
    assert refused(keys_of(*ids), token)
    assert aws_calls == []


def test_the_id_of_the_key_itself_is_no_name_of_it(ids):
    keys = keys_of(*ids)
    assert refused(keys, a_token(keys.first, {"alg": "ES256", "kid": ids[0], "typ": "JWT"}))


def test_only_the_key_that_is_needed_is_fetched_and_once(ids, aws_calls):
    old, new = ids
    token = issue_access_token(keys_of(old).first, ADA, "s1")
    keys = keys_of(new, old)
    aws_calls.clear()
    read_access_token(keys, token)
    read_access_token(keys, token)
    assert aws_calls == ["GetPublicKey"]
    assert "public_key" not in keys.first.__dict__


@pytest.mark.parametrize("setting", ["", ",", "a,", " "])
def test_a_stage_without_a_key_does_not_start(aws_account, setting):
    with pytest.raises(WrongKindOfKey):
        signing_keys(aws.kms(), setting)


def test_a_key_on_another_curve_is_refused(aws_account):
    with pytest.raises(WrongKindOfKey):
        keys_of(a_kms_key("ECC_NIST_P384")).first.public_key  # noqa: B018
