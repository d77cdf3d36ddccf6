"""A sealed field opens where it belongs and nowhere else, whichever algorithm sealed it."""

import os
from dataclasses import replace

import boto3
import pytest
from botocore.exceptions import ClientError

from docchain.encryption.ciphers import ALGORITHMS
from docchain.encryption.context import Context
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.errors import AlgorithmNotConfigured, CiphertextRefused
from docchain.encryption.fields import FieldEncryption
from docchain.encryption.sealed import Sealed, parse_sealed

HERE = Context("tenant-a", "vault", "mail_password", 3)
VALUE = "Löwe 🦁 and 7 more"
every_algorithm = pytest.mark.parametrize("algorithm", ALGORITHMS)


@pytest.fixture
def encryption(aws_account):
    rsa = {"rsa2048": os.environ["RSA2048_KEY"], "rsa4096": os.environ["RSA4096_KEY"]}
    return FieldEncryption(DataKeys(boto3.client("kms"), os.environ["DATA_KEY"], rsa))


class TrustingKms:
    """Wraps nothing and refuses nothing, as an emulator's may: what holds then is the cipher alone."""

    def generate_data_key(self, **_):
        return {"Plaintext": b"k" * 32, "CiphertextBlob": b"k" * 32}

    def encrypt(self, Plaintext, **_):
        return {"CiphertextBlob": Plaintext}

    def decrypt(self, CiphertextBlob, **_):
        return {"Plaintext": CiphertextBlob}


@every_algorithm
def test_what_was_sealed_opens_again(encryption, algorithm):
    sealed = encryption.seal(VALUE, HERE, algorithm)
    assert encryption.open(sealed, HERE) == VALUE
    assert sealed.startswith(f"dwc1.{algorithm}.")
    assert "Löwe" not in sealed


@every_algorithm
def test_the_same_text_never_looks_the_same(encryption, algorithm):
    assert len({encryption.seal(VALUE, HERE, algorithm) for _ in range(3)}) == 3


@every_algorithm
@pytest.mark.parametrize("kms", ["real", "trusting"])
@pytest.mark.parametrize(
    "elsewhere", [{"tenant": "tenant-b"}, {"purpose": "webhooks"}, {"name": "other"}, {"version": 2}], ids=str
)
def test_moved_to_another_place_it_is_refused(encryption, algorithm, kms, elsewhere):
    if kms == "trusting":
        encryption = FieldEncryption(DataKeys(TrustingKms(), "key", {"rsa2048": "a", "rsa4096": "b"}))
    sealed = encryption.seal(VALUE, HERE, algorithm)
    with pytest.raises(CiphertextRefused):
        encryption.open(sealed, replace(HERE, **elsewhere))


@every_algorithm
@pytest.mark.parametrize("part", ["wrapped", "nonce", "data"])
def test_one_bit_changed_is_refused(encryption, algorithm, part):
    sealed = parse_sealed(encryption.seal(VALUE, HERE, algorithm))
    bits = bytearray(getattr(sealed, part))
    bits[-1] ^= 1
    # KMS of AWS refuses a changed blob itself; an emulator's may give another key.
    with pytest.raises((CiphertextRefused, ClientError)):
        encryption.open(str(replace(sealed, **{part: bytes(bits)})), HERE)


@pytest.mark.parametrize("claimed", ["chacha20", "rsa4096", "none", ""])
def test_it_opens_only_as_the_algorithm_that_sealed_it(encryption, claimed):
    sealed = parse_sealed(encryption.seal(VALUE, HERE, "aes256"))
    with pytest.raises((CiphertextRefused, ClientError)):
        encryption.open(str(replace(sealed, algorithm=claimed)), HERE)


def test_the_key_that_opens_is_the_stages_own_whatever_a_ciphertext_names(encryption):
    sealed = parse_sealed(encryption.seal(VALUE, HERE))
    theirs = boto3.client("kms").create_key()["KeyMetadata"]["KeyId"]
    assert encryption.open(str(replace(sealed, key_id=theirs)), HERE) == VALUE


@pytest.mark.parametrize("text", ["", "dwc1", "dwc1.aes256.a.b.c", "dwc2.aes256.YQ.YQ.YQ.YQ", "dwc1.aes256.ö.ö.ö.ö"])
def test_what_is_no_ciphertext_is_refused(encryption, text):
    with pytest.raises(CiphertextRefused):
        encryption.open(text, HERE)


def test_a_ciphertext_in_its_text_and_back_is_the_same():
    sealed = Sealed("aes256", "arn:aws:kms:eu-central-1:1:key/a.b", b"\x00\xff", b"n" * 12, b"")
    assert parse_sealed(str(sealed)) == sealed


@pytest.mark.parametrize("algorithm", ["rsa2048", "rsa4096"])
def test_an_algorithm_without_a_key_is_named(aws_account, algorithm):
    without = FieldEncryption(DataKeys(boto3.client("kms"), os.environ["DATA_KEY"], {"rsa2048": "", "rsa4096": ""}))
    with pytest.raises(AlgorithmNotConfigured, match=algorithm) as refused:
        without.seal(VALUE, HERE, algorithm)
    assert (refused.value.status, refused.value.code) == (422, "ALGORITHM_NOT_CONFIGURED")
