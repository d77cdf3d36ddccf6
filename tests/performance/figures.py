"""Figures beside their aims, as tables in the terminal."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

console = Console(width=max(Console().width, 140))


@dataclass(frozen=True)
class Figure:
    """``at_least`` turns the aim round: more is better. ``note`` says what the figure is made of."""

    what: str
    value: float
    unit: str
    aim: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool:
        if self.aim is None:
            return True
        return self.value >= self.aim if self.at_least else self.value <= self.aim


def show(title: str, figures: Iterable[Figure]) -> list[Figure]:
    """Prints the table and hands the figures on, for the count of aims at the end."""
    table = Table("what", "measured", "aim", "", "made of", title=title, title_justify="left")
    shown = list(figures)
    for f in shown:
        sign = "≥" if f.at_least else "≤"
        aim = "" if f.aim is None else f"{sign} {f.aim:g} {f.unit}"
        mark = "" if f.aim is None else "[green]✓[/green]" if f.is_met else "[red]✗[/red]"
        table.add_row(f.what, f"{f.value:.4g} {f.unit}", aim, mark, f.note)
    console.print(table)
    return shown


def conclude(figures: list[Figure]) -> None:
    aimed = [f for f in figures if f.aim is not None]
    missed = [f for f in aimed if not f.is_met]
    console.print(f"{len(aimed) - len(missed)} of {len(aimed)} aims met.")
    for f in missed:
        console.print(f"  [red]missed[/red] {f.what}: {f.value:.4g} {f.unit}")


def percentile(values: list[float], share: float) -> float:
    """Nearest rank; ``share`` from 0 to 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
