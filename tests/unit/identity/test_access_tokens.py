"""A token is believed only if we signed it, for us, for now."""

import hashlib
import hmac
import json
import time

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from docchain.identity.access_tokens import LIFETIME_SECONDS, issue_access_token, read_access_token
from docchain.identity.errors import InvalidAccessToken
from docchain.identity.models import User
from docchain.identity.signing import SigningKeys
from tests.support.identity import a_token, header_of, part, some_claims

ADA = User(
    tenant_id="t",
    id=1,
    username="ada",
    email="ada@example.com",
    password_hash="",
    roles=("admin", "user"),
    token_version=3,
    created_at="",
)


@pytest.fixture
def key(accounts):
    return accounts.key


def refused(key, token):
    try:
        read_access_token(SigningKeys((key,)), token)
    except InvalidAccessToken:
        return True
    return False


def test_a_token_we_gave_out_is_read(key):
    claims = read_access_token(SigningKeys((key,)), issue_access_token(key, ADA, "s1"))
    assert (claims.tid, claims.user_id, claims.sid, claims.ver) == ("t", 1, "s1", 3)
    assert claims.exp == pytest.approx(time.time() + LIFETIME_SECONDS, abs=2)


def test_a_token_of_the_builder_is_read_so_that_the_refusals_below_mean_something(key):
    assert not refused(key, a_token(key))


def test_any_jwt_library_accepts_it_by_the_published_key(key):
    published = jwt.PyJWK(key.jwk)
    assert published.key_id == key.kid
    claims = jwt.decode(
        issue_access_token(key, ADA, "s1"), published, algorithms=["ES256"], audience="docchain-api", issuer="docchain"
    )
    assert claims["roles"] == ["admin", "user"]


def test_the_key_id_tells_nothing_of_the_account(key):
    assert key.kid == hashlib.sha256(key.key_id.encode()).hexdigest()[:16]


@pytest.mark.parametrize("none", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_alg_none_is_refused(key, none, signature):
    head = part({**header_of(key), "alg": none})
    assert refused(key, f"{head}.{part(some_claims())}.{signature}")


@pytest.mark.parametrize("encoding", [Encoding.PEM, Encoding.DER])
@pytest.mark.parametrize("alg", ["HS256", "HS512"])
def test_an_hmac_with_the_public_key_as_secret_is_refused(key, encoding, alg):
    secret = key.public_key.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{part({**header_of(key), 'alg': alg})}.{part(some_claims())}"
    digest = hashlib.sha256 if alg == "HS256" else hashlib.sha512
    assert refused(key, f"{signed}.{part(hmac.digest(secret, signed.encode(), digest))}")


@pytest.mark.parametrize(
    "change",
    [
        {"kid": "0000000000000000"},
        {"kid": "../../dev/null"},
        {"kid": None},
        {"alg": "ES384"},
        {"alg": "ES256K"},
        {"typ": "rt+jwt"},
        {"crit": ["exp"]},
        {"jku": "https://evil.example/jwks.json"},
        {"x5u": "https://evil.example/cert.pem"},
    ],
)
def test_a_header_that_is_not_ours_is_refused_though_the_signature_is(key, change):
    header = {k: v for k, v in {**header_of(key), **change}.items() if v is not None}
    assert refused(key, a_token(key, header))


def test_a_token_of_another_key_is_refused(key):
    other = ec.generate_private_key(ec.SECP256R1())
    assert refused(key, jwt.encode(some_claims(), other, algorithm="ES256", headers=header_of(key)))


def test_a_key_that_the_token_brings_along_is_not_used(key):
    other = ec.generate_private_key(ec.SECP256R1())
    own = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(other.public_key()))
    headers = {**header_of(key), "jwk": {**own, "kid": key.kid}}
    assert refused(key, jwt.encode(some_claims(), other, algorithm="ES256", headers=headers))


@pytest.mark.parametrize(
    "change",
    [
        {"exp": int(time.time()) - 3},
        {"nbf": int(time.time()) + 600},
        {"iat": int(time.time()) + 600},
        {"iss": "somebody"},
        {"aud": "another-api"},
        {"aud": []},
        {"typ": "refresh"},
        {"typ": "id"},
        {"sub": 1},
        {"ver": "1"},
        {"exp": "tomorrow"},
        *({name: None} for name in ("exp", "nbf", "iat", "iss", "aud", "sub", "tid", "sid", "ver", "typ")),
    ],
    ids="+".join,  # names without the clock: workers of xdist must collect the same
)
def test_claims_that_are_not_for_us_and_now_are_refused_though_signed(key, change):
    assert refused(key, a_token(key, **change))


def test_a_token_ends_with_its_time_and_not_later(key, monkeypatch):
    token = issue_access_token(key, ADA, "s1")
    assert not refused(key, token)
    later = time.time() + LIFETIME_SECONDS + 3
    monkeypatch.setattr("jwt.api_jwt.datetime", _clock_at(later))
    assert refused(key, token)


def _clock_at(moment):
    from datetime import datetime as real

    class Clock(real):
        @classmethod
        def now(cls, tz=None):
            return real.fromtimestamp(moment, tz)

    return Clock


def test_a_bit_flipped_anywhere_is_refused(key):
    token = a_token(key)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for at, character in enumerate(token):
        if character == ".":
            continue
        flipped = alphabet[alphabet.index(character) ^ 1]
        assert refused(key, token[:at] + flipped + token[at + 1 :]), f"position {at} of {len(token)}"


@pytest.mark.parametrize("change", [{"roles": ["admin"]}, {"tid": "default"}, {"sub": "2"}])
def test_claims_rewritten_under_a_kept_signature_are_refused(key, change):
    head, _, signature = a_token(key).split(".")
    assert refused(key, f"{head}.{part(some_claims(**change))}.{signature}")


def test_a_signature_stripped_shortened_padded_or_repeated_is_refused(key):
    token = a_token(key)
    head, payload, signature = token.split(".")
    for broken in (
        f"{head}.{payload}.",
        f"{head}.{payload}",
        token[:-4],
        f"{token}==",
        f"{token}\n",
        f"{token}.{signature}",
        f"{head}.{payload}.{signature[:40]}!!{signature[40:]}",
        f"{head}.{payload}.{part(bytes(64))}",
        f" {token}",
    ):
        assert refused(key, broken), broken


@pytest.mark.parametrize(
    "junk",
    [
        "",
        ".",
        "..",
        "a.b.c",
        "null",
        "💥.💥.💥",
        "\ud800.a.b",
        "\x00" * 10,
        "A" * 1_000_000,
        part(b"[" * 2900) + ".e30.AAAA",
        part(b'{"a":' * 500) + ".e30.AAAA",
    ],
    ids=range(11),
)
def test_what_is_no_token_is_refused_and_quickly(key, junk):
    key.public_key  # noqa: B018  # fetched before the clock runs
    started = time.perf_counter()
    assert refused(key, junk)
    assert time.perf_counter() - started < 0.05


def test_a_real_token_made_long_is_refused(key):
    assert refused(key, a_token(key, roles=["x" * 2000]) + "A" * 5000)


def test_a_fault_is_not_told_to_the_caller(key):
    messages = set()
    for token in ("junk", a_token(key, exp=1), a_token(key, aud="x"), a_token(key)[:-9]):
        with pytest.raises(InvalidAccessToken) as refusal:
            read_access_token(SigningKeys((key,)), token)
        messages.add((refusal.value.message, refusal.value.code, refusal.value.status))
    assert messages == {("The access token is not valid; log in again.", "UNAUTHORIZED", 401)}
