"""The reader that other functions ask: text with its structure, or an error under its own name."""

import base64
from typing import Any

import boto3
import pytest

from docchain.documents.store import ContentStore
from functions.calls.read_document import run
from functions.calls.read_document.handler import handler
from tests.support.rest import a_context


def read(**order: Any) -> dict[str, Any]:
    return handler({"tenant_id": "t_reading", "filename": "a.md", **order}, a_context("read-document"))


def test_bytes_become_text_with_headings(aws_account: None) -> None:
    answer = read(data=base64.b64encode("# Título\n\nTexto.".encode()).decode())["answer"]

    assert answer["text"] == "# Título\n\nTexto."
    assert [heading["title"] for heading in answer["headings"]] == ["Título"]


def test_content_is_found_by_its_hash_and_by_its_tenant_only(aws_account: None) -> None:
    sha256 = ContentStore(boto3.client("s3"), "documents").put("t_reading", b"Kept text.")

    assert read(sha256=sha256)["answer"]["text"] == "Kept text."
    assert "error" in read(sha256=sha256, tenant_id="t_other")


def test_what_cannot_be_read_is_told_and_not_raised(aws_account: None) -> None:
    error = read(data=base64.b64encode(b"\x00\x01\x02 nothing").decode(), filename="a.bin")["error"]

    assert error["code"] in {"UNSUPPORTED_DOCUMENT", "DOCUMENT_BROKEN"}


def test_a_text_that_no_answer_can_hold_is_refused(aws_account: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "CHARACTERS_MOST", 5)
    error = read(data=base64.b64encode(b"too long").decode())["error"]

    assert (error["code"], error["details"]["limit"]) == ("DOCUMENT_TOO_LARGE", 5)


def test_a_function_that_is_only_warmed_reads_nothing(aws_account: None) -> None:
    assert handler({"warm": True}, a_context()) == {}
