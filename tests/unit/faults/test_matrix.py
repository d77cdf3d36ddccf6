"""Every fault at every step for every class of effect: the promise holds, or the run says ``unknown``."""

import os

import pytest

from tests.unit.faults import matrix
from tests.unit.faults.matrix import Cell, Outcome, cells, outcome_of

_OUTCOMES: dict[Cell, Outcome] = {}


@pytest.mark.parametrize("cell", list(cells()), ids="-".join)
def test_the_promise_of_its_class_holds(cell: Cell, tenant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _OUTCOMES[cell] = outcome_of(cell, tenant, monkeypatch)
    assert found.events_lost == 0
    if found.status == "unknown":
        assert cell.effect_class == "once"
        assert found.effects <= 1
        return
    assert found.status == "completed"
    if cell.effect_class in ("keyed", "once"):
        assert found.effects == 1
    if cell.effect_class == "paid" and cell.step != "effect" and (cell.step, cell.fault) not in UNKEPT:
        assert found.effects == 1


# The answer of the model was lost before it was kept: there is nothing that it could have been read from.
UNKEPT = {("keep", "killed")}


def test_the_page_says_what_was_seen() -> None:
    if len(_OUTCOMES) < len(list(cells())):
        pytest.skip("only a whole run of this file knows the table")
    page = matrix.PAGE.read_text()
    before, _, rest = page.partition(matrix.BEGIN)
    _, _, after = rest.partition(matrix.END)
    current = f"{before}{matrix.BEGIN}\n{matrix.table(_OUTCOMES)}\n{matrix.END}{after}"
    if os.environ.get("WRITE_FAULT_MATRIX"):
        matrix.PAGE.write_text(current)
    assert page == current, "WRITE_FAULT_MATRIX=1 brings the page up to date"
