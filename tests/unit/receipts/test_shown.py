"""A receipt is shown to guests, and the audit is not."""

import pytest

from docchain.audit.hashing import PERSONAL, canonical_json
from docchain.receipts.proving import Receipts
from docchain.runs.models import Run
from docchain.verify.files import check
from functions.api.workflows.service.proofs import shown_to
from tests.support.audit import the_signer
from tests.support.rest import a_caller


@pytest.mark.usefixtures("signed_audit")
def test_who_may_not_read_the_audit_sees_commitments_and_the_file_verifies(
    tenant: str, receipts: Receipts, run: Run
) -> None:
    file = receipts.read(tenant, run, "ada")

    shown = shown_to(a_caller(tenant, roles=("guest",)), file)

    assert {name for name in PERSONAL if shown["audit"]["entry"][name]["value"] is not None} == set()
    assert check(canonical_json(shown), the_signer().public_keys).is_valid
    assert shown_to(a_caller(tenant, roles=("admin",)), file) == file
