"""Known definitions become known machines; a change of these files is a change of every published workflow."""

import json
from pathlib import Path

import pytest

from docchain.compiler import asl_bytes, compile_definition
from docchain.definitions.normalise import normalise
from tests.support.definitions import TARGETS

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.name.removesuffix(".definition.json") for path in GOLDEN.glob("*.definition.json"))


@pytest.mark.parametrize("case", CASES)
def test_a_definition_becomes_its_machine(case: str) -> None:
    definition = normalise(json.loads((GOLDEN / f"{case}.definition.json").read_text()))
    expected = json.loads((GOLDEN / f"{case}.asl.json").read_text())
    assert compile_definition(definition, TARGETS) == expected
    assert json.loads(asl_bytes(definition, TARGETS)) == expected
