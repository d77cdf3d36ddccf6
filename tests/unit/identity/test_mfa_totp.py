"""Codes after RFC 6238, and recovery codes that nobody guesses."""

import base64

import pytest

from docchain.identity import mfa_totp, recovery_codes

# RFC 6238, appendix B, SHA-1; the last six of its eight digits.
SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}


@pytest.mark.parametrize(("moment", "code"), VECTORS.items())
def test_the_vectors_of_the_rfc(moment, code):
    assert mfa_totp.matching_step(SECRET, code, moment) == moment // 30


@pytest.mark.parametrize(("off", "known"), [(-31, True), (31, True), (-61, False), (61, False)])
def test_one_step_before_and_after_and_no_more(off, known):
    moment = 1234567890 // 30 * 30 + 15
    assert (mfa_totp.matching_step(SECRET, "005924", moment + off) is not None) == known


@pytest.mark.parametrize("text", ["12345", "1234567", "１２３４５６", "12345a", "", "123 56", "+12345"])
def test_what_is_no_code(text):
    assert not mfa_totp.is_code(text)


def test_secrets_have_160_bits():
    assert len(base64.b32decode(mfa_totp.new_secret())) == 20
    assert mfa_totp.new_secret() != mfa_totp.new_secret()


def test_a_name_cannot_bring_a_secret_of_its_own_into_the_address():
    uri = mfa_totp.otpauth_uri(SECRET, "eve?secret=AAAA&issuer=Evil#@example.com")
    assert uri.count("secret=") == 1
    assert "Evil#" not in uri


def test_recovery_codes_are_ten_different_ones_of_80_bits():
    codes = recovery_codes.new_codes()
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 16 for code in codes)


def test_a_hash_is_of_one_user_and_of_any_spelling():
    code = recovery_codes.new_codes()[0]
    hashed = recovery_codes.hash_of("t", 1, code)
    assert hashed == recovery_codes.hash_of("t", 1, code.lower().replace("-", " "))
    assert len({hashed, recovery_codes.hash_of("t", 2, code), recovery_codes.hash_of("u", 1, code)}) == 3


@pytest.mark.parametrize(
    "text", ["", "A" * 15, "A" * 17, "0189-0189-0189-0189", "ÄÄÄÄ-AAAA-AAAA-AAAA", "A" * 16 + "\n"]
)
def test_what_is_no_recovery_code_has_no_hash(text):
    assert recovery_codes.hash_of("t", 1, text) is None
