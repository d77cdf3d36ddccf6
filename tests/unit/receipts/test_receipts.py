"""A receipt is signed once, holds for ever, and says which record was touched."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from docchain.audit.hashing import canonical_json
from docchain.receipts.errors import ReceiptBroken, RunNotEnded
from docchain.receipts.proving import Receipts
from docchain.runs.models import Run
from docchain.verify.__main__ import main
from docchain.verify.faults import Unreadable
from docchain.verify.files import check
from docchain.verify.signatures import Keys
from tests.support.audit import the_signer
from tests.support.engine import Stage
from tests.unit.receipts.conftest import CONTENT, NODES, leaves, sha256_of


def keys_of() -> Keys:
    return the_signer().public_keys


def test_a_receipt_names_every_record_and_verifies(stage: Stage, receipts: Receipts, run: Run) -> None:
    file = receipts.read(stage.tenant, run, "ada")

    answer = check(canonical_json(file), keys_of())

    assert answer.is_valid, answer.fault
    assert [r["node"] for r in file["records"]] == ["first", "second", "third"]
    assert file["records"][2]["documents"]["value"][0]["sha256"] == sha256_of(CONTENT)
    assert file["audit"] is None
    assert "no place in a signed head" in answer.says[-1]


@pytest.mark.usefixtures("signed_audit")
def test_the_end_of_the_run_is_proved_to_be_in_the_audit(stage: Stage, receipts: Receipts, run: Run) -> None:
    file = receipts.read(stage.tenant, run, "ada")

    assert file["audit"]["entry"]["name"] == "run.completed"
    assert check(canonical_json(file), keys_of()).is_valid


def test_it_is_signed_once_and_told_once(stage: Stage, receipts: Receipts, run: Run) -> None:
    first = receipts.read(stage.tenant, run, "ada")
    again = receipts.read(stage.tenant, run, "bob")

    assert first == again
    assert stage.event_types(run).count("receipt.signed") == 1


def test_of_two_who_sign_at_once_both_get_the_same(stage: Stage, receipts: Receipts, run: Run) -> None:
    kept = receipts.kept.find
    answers = iter([None])

    class Late(type(receipts.kept)):  # type: ignore[misc]
        def find(self, tenant_id: str, run: Run) -> Any:
            return next(answers, kept(tenant_id, run))

    slow = Receipts(
        Late(receipts.kept.table, receipts.kept.contents), receipts.versions, receipts.documents, receipts.heads
    )
    first = receipts.read(stage.tenant, run, "ada")

    assert slow.read(stage.tenant, run, "bob") == first
    assert len(_kept_files(stage, run)) == 1, "what the second one wrote is taken back"


def test_a_run_that_has_not_ended_has_none(stage: Stage, receipts: Receipts) -> None:
    started = stage.started(NODES)

    with pytest.raises(RunNotEnded):
        receipts.read(stage.tenant, started, "ada")


@pytest.mark.usefixtures("signed_audit")
def test_a_change_of_any_value_anywhere_is_found(stage: Stage, receipts: Receipts, run: Run) -> None:
    file = receipts.read(stage.tenant, run, "ada")
    places = leaves(file)
    assert len(places) > 150

    passed = [place for place in places if _survives(file, place)]

    assert passed == []


def test_the_record_and_the_field_are_named(stage: Stage, receipts: Receipts, run: Run) -> None:
    file = json.loads(canonical_json(receipts.read(stage.tenant, run, "ada")))
    for change, field, node in (
        (("records", 1, "output", "value", "text"), "output", "'second'"),
        (("records", 0, "finished_at"), "hash", "'first'"),
        (("run", "parameters", "value", "who"), "parameters", "the run itself"),
    ):
        fault = check(canonical_json(_changed(file, change)), keys_of()).fault
        assert fault is not None
        assert node in fault.says
        assert fault.field == field


def test_an_order_that_was_changed_is_named(stage: Stage, receipts: Receipts, run: Run) -> None:
    file = receipts.read(stage.tenant, run, "ada")
    records = file["records"]

    swapped = check(canonical_json({**file, "records": [records[1], records[0], records[2]]}), keys_of()).fault
    short = check(canonical_json({**file, "records": records[:2]}), keys_of()).fault

    assert swapped is not None
    assert (swapped.seq, swapped.wrong) == (1, "order")
    assert short is not None
    assert (short.seq, short.wrong) == (3, "truncated")


def test_erased_values_leave_a_receipt_that_holds(stage: Stage, receipts: Receipts, run: Run) -> None:
    before = receipts.read(stage.tenant, run, "ada")
    receipts.erase(stage.tenant, run, "ada")

    file = receipts.read(stage.tenant, run, "ada")

    assert b"Lovelace" in canonical_json(before)
    assert b"Lovelace" not in canonical_json(file)
    assert file["head"] == before["head"]
    assert check(canonical_json(file), keys_of()).is_valid
    assert "receipt.erased" in stage.event_types(run)


def test_what_was_changed_where_it_is_kept_is_not_handed_out(stage: Stage, receipts: Receipts, run: Run) -> None:
    receipts.read(stage.tenant, run, "ada")
    kept = receipts.kept.find(stage.tenant, run)
    assert kept is not None
    entries = receipts.kept.read_entries(stage.tenant, kept.name)
    entries[2]["output"]["value"]["text"] = "something else"
    receipts.kept.write_entries(stage.tenant, kept.name, entries)

    with pytest.raises(ReceiptBroken, match="second"):
        receipts.read(stage.tenant, run, "ada")


def test_documents_in_a_folder_are_checked_by_their_bytes(
    stage: Stage, receipts: Receipts, run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt, folder = tmp_path / "receipt.json", tmp_path / "documents"
    receipt.write_bytes(canonical_json(receipts.read(stage.tenant, run, "ada")))
    folder.mkdir()
    letter = folder / "letter.md"

    letter.write_bytes(CONTENT)
    assert main([str(receipt), "--files", str(folder)]) == 0
    letter.write_bytes(CONTENT.replace(b"letter", b"lettre"))
    assert main([str(receipt), "--files", str(folder)]) == 1
    assert "letter.md is not the document" in capsys.readouterr().out
    letter.unlink()
    assert main([str(receipt), "--files", str(folder)]) == 0
    assert "Not in the folder" in capsys.readouterr().out


def _survives(file: dict[str, Any], place: tuple[Any, ...]) -> bool:
    try:
        return check(canonical_json(_changed(file, place)), keys_of()).is_valid
    except Unreadable:
        return False


def _changed(file: dict[str, Any], place: tuple[Any, ...]) -> dict[str, Any]:
    changed = copy.deepcopy(file)
    holder: Any = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = _other(holder[place[-1]])
    return changed


def _other(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, int | float):
        return value + 1
    last = "0" if value[-1:] != "0" else "1"
    return value[:-1] + last


def _kept_files(stage: Stage, run: Run) -> list[str]:
    prefix = f"{stage.tenant}/receipts/{run.id}/"
    found = stage.contents.client.list_objects_v2(Bucket=stage.contents.bucket, Prefix=prefix)
    return [item["Key"] for item in found.get("Contents", [])]
