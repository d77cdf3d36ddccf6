"""Headings and tables of a Markdown text."""

import re

from docchain.extraction.models import Heading, Table

HEADING = re.compile(r" {0,3}(#{1,6})[ \t](.*)")
FENCE = re.compile(r"^ {0,3}(```|~~~)")
RULE_SIGNS = frozenset("|-: \t")
CELL_BORDER = re.compile(r"(?<!\\)\|")


def outline(markdown: str) -> tuple[list[Heading], list[Table]]:
    headings: list[Heading] = []
    tables: list[Table] = []
    table: list[str] = []
    fenced = False
    for line in [*markdown.split("\n"), ""]:
        if FENCE.match(line):
            fenced = not fenced
        if not fenced and "|" in line:
            table.append(line)
            continue
        if len(table) > 1 and _is_rule(table[1]):
            header, *rows = [_cells(row) for row in (table[0], *table[2:])]
            tables.append(Table(header, rows))
        table = []
        match = None if fenced else HEADING.match(line)
        title = _plain(match[2].strip().rstrip("#")) if match else ""
        if match and title:
            headings.append(Heading(len(match[1]), title))
    return headings, tables


def _is_rule(line: str) -> bool:
    return "-" in line and RULE_SIGNS.issuperset(line)


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in CELL_BORDER.split(inner)]


def _plain(title: str) -> str:
    return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", title).strip()
