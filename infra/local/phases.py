"""Progress of a start, phase by phase, with what each took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.status import Status

console = Console(highlight=False)


class Phase:
    def __init__(self, name: str, status: Status) -> None:
        self._name = name
        self._status = status
        self.note = ""

    def report(self, what: str) -> None:
        self._status.update(f"{self._name}: {what} …")


@contextmanager
def phase(name: str) -> Iterator[Phase]:
    """A line that lives while the work lasts, and stays with its time when it is done."""
    started = time.monotonic()
    with console.status(f"{name} …") as status:
        current = Phase(name, status)
        yield current
    seconds = time.monotonic() - started
    note = f" [dim]({current.note})[/dim]" if current.note else ""
    console.print(f"[green]✓[/green] {name}{note} [dim]{seconds:.1f} s[/dim]")
