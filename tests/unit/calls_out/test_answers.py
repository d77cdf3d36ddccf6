"""What a peer answers is kept without the secrets it was sent."""

import pytest

from docchain.calls_out.answers import output_of, retry_after
from docchain.outbound.client import Answer


def answered(body: bytes, **headers: str) -> Answer:
    named = {"content-type": "application/json", **{n.replace("_", "-"): v for n, v in headers.items()}}
    return Answer(status=200, headers=named, body=body, url="https://example.com")


@pytest.mark.parametrize("echo", [b"s\\u0065cret/9", b"secret\\/9", b"secret/9"])
def test_a_secret_behind_escapes_is_masked_in_values_and_names(echo: bytes) -> None:
    output = output_of(answered(b'{"a": ["Bearer %s"], "%s": 1}' % (echo, echo)), ["secret/9"])

    assert output["json"] == {"a": ["Bearer ***"], "***": 1}


def test_a_wait_in_other_digits_is_no_number() -> None:
    assert retry_after(answered(b"", retry_after="\u00b2")) is None
    assert retry_after(answered(b"", retry_after="12")) == 12
