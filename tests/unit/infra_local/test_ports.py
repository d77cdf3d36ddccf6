"""A port that is taken is told with who holds it; one that was claimed answers in nobody else's name."""

import os
import socket
from collections.abc import Iterator

import pytest

from infra.local.ports import claim, holder_of
from infra.local.problems import Problem


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_told_with_its_holder_and_what_to_do(taken: int) -> None:
    with pytest.raises(Problem) as problem:
        claim(taken, "the front", "PORT")
    assert f"Port {taken} (the front) is in use by process {os.getpid()}" in problem.value.message
    assert f"make run PORT={taken + 1000}" in problem.value.advice


def test_a_claimed_port_cannot_be_claimed_again() -> None:
    with claim(0, "the front", "PORT") as first:
        number = first.getsockname()[1]
        assert holder_of(number) is not None
        with pytest.raises(Problem):
            claim(number, "local AWS", "STAGE_PORT")
    claim(number, "local AWS", "STAGE_PORT").close()


def test_a_port_nobody_listens_on_has_no_holder(taken: int) -> None:
    assert holder_of(1) is None
