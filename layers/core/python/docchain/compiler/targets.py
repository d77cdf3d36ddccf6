"""What a stage gives the compiler: where its workers are, and what their transient error is called there."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Targets:
    """``workers`` maps a kind's family to a function ARN; ``transient`` names the errors that are tried again,
    ``throttled`` those of a call that was refused: the local stage calls these ``Lambda.Unknown``. ``bucket`` is
    where a distributed map reads what it goes over.
    """

    workers: Mapping[str, str]
    lifecycle: str
    transient: tuple[str, ...]
    throttled: tuple[str, ...] = ("Lambda.TooManyRequestsException",)
    bucket: str = ""
