"""An export is what the verifier reads, and no table of anybody runs it as a formula."""

import csv
import io
import json
import os
from typing import Any

import pytest

from docchain import aws
from docchain.audit.archive import HeadArchive
from docchain.audit.heads import Heads
from docchain.audit.models import Entry
from docchain.audit.signing import AuditSigner
from docchain.identity.signing import signing_keys
from docchain.verify.exports import check_export
from functions.api.audit.handler import handler
from tests.support.chains import a_fact, faults_of, some_facts, the_chain
from tests.support.rest import a_caller, a_context, rest_event

EXPORT = "/api/v3/security/audit/export"


def export(tenant: str, query: str = "") -> Any:
    answer = handler(rest_event("GET", f"{EXPORT}{query}", caller=a_caller(tenant)), a_context())
    assert answer["statusCode"] == 200, answer["body"]
    return answer


def the_heads() -> Heads:
    signer = AuditSigner(signing_keys(aws.kms(), os.environ["AUDIT_KEYS"]))
    return Heads(the_chain().table, HeadArchive(aws.s3(), "audit"), signer)


def test_a_json_export_is_one_that_the_verifier_accepts(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 5))
    heads = the_heads()
    heads.sign(tenant)
    the_chain().append(tenant, some_facts(tenant, 3))

    file = json.loads(export(tenant)["body"])

    assert (file["format"], file["tenant_id"], len(file["entries"]), len(file["heads"])) == (
        "docchain-audit/1",
        tenant,
        8,
        1,
    )
    assert check_export(file, heads.signer.public_keys).fault is None
    assert faults_of([Entry.model_validate(e) for e in file["entries"]]) == []


def test_a_later_stretch_goes_on_from_a_head(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 4))
    heads = the_heads()
    heads.sign(tenant)
    the_chain().append(tenant, some_facts(tenant, 2))
    heads.sign(tenant)

    file = json.loads(export(tenant, "?from_seq=5")["body"])

    assert [e["seq"] for e in file["entries"]] == [5, 6]
    assert [h["size"] for h in file["heads"]] == [4, 6]
    assert check_export(file, heads.signer.public_keys, may_begin_midway=True).fault is None


def test_a_long_chain_comes_in_files_that_fit_together(tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docchain.audit.export.ENTRIES_MOST", 4)
    the_chain().append(tenant, some_facts(tenant, 10))

    seqs, query = [], ""
    for _ in range(3):
        answer = export(tenant, query)
        seqs += [e["seq"] for e in json.loads(answer["body"])["entries"]]
        query = answer["headers"].get("link", "").partition(EXPORT)[2].partition(">")[0]

    assert seqs == list(range(1, 11))
    assert query == ""


def test_a_file_never_outgrows_an_answer(tenant: str) -> None:
    the_chain().append(tenant, [a_fact(tenant, data={"text": "é" * 100_000}) for _ in range(25)])

    answer = export(tenant)

    assert len(answer["body"].encode()) < 5_000_000
    assert 'rel="next"' in answer["headers"]["link"]


def test_csv_has_a_row_for_each_entry(tenant: str) -> None:
    the_chain().append(tenant, some_facts(tenant, 3))

    answer = export(tenant, "?format=csv")

    rows = list(csv.DictReader(io.StringIO(answer["body"])))
    assert [r["seq"] for r in rows] == ["1", "2", "3"]
    assert rows[0]["username"] == "ada"
    assert answer["headers"]["content-type"].startswith("text/csv")
    assert answer["headers"]["content-disposition"] == 'attachment; filename="audit-1-3.csv"'


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_is_a_formula(tenant: str, name: str) -> None:
    the_chain().append(tenant, [a_fact(tenant, actor=name)])

    (row,) = csv.DictReader(io.StringIO(export(tenant, "?format=csv")["body"], newline=""))

    assert row["username"] == f"'{name}"


def test_a_chain_that_has_not_begun_is_an_empty_file(tenant: str) -> None:
    file = json.loads(export(tenant)["body"])

    assert (file["entries"], file["heads"]) == ([], [])
