"""Every awkward file ends in its text or in an error with a name, within a bound of time and of memory."""

import resource
import time

import pytest

from docchain.extraction.bounded import extract_apart
from docchain.extraction.errors import UnreadableDocument
from docchain.extraction.limits import MEMORY_BYTES
from tests.corpus.expected import EXPECTED, Refused
from tests.corpus.make import FILES

SECONDS = 30.0  # the slowest takes 3 on a quiet machine


def test_what_must_come_of_each_file_is_written_down() -> None:
    assert FILES.keys() == EXPECTED.keys()
    assert len(FILES) >= 40


@pytest.mark.parametrize("name", EXPECTED)
def test_an_awkward_file_ends_as_it_must(name: str) -> None:
    expected, data = EXPECTED[name], FILES[name]()
    started = time.monotonic()

    if isinstance(expected, Refused):
        with pytest.raises(UnreadableDocument) as refused:
            extract_apart(data, name, deadline=started + SECONDS)
        assert refused.value.code == expected.code
        assert refused.value.message
    else:
        found = extract_apart(data, name, deadline=started + SECONDS)
        assert found.format == expected.format
        assert expected.has in found.text
        assert expected.warns in "; ".join(found.warnings)

    assert time.monotonic() - started < SECONDS
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MEMORY_BYTES
