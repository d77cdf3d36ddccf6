"""Headings and tables of a Markdown text."""

import re

from docchain.extraction.models import Heading, Table

HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
FENCE = re.compile(r"^ {0,3}(```|~~~)")
RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
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
        if len(table) > 1 and RULE.match(table[1]):
            header, *rows = [_cells(row) for row in (table[0], *table[2:])]
            tables.append(Table(header, rows))
        table = []
        match = None if fenced else HEADING.match(line)
        if match and match[2]:
            headings.append(Heading(len(match[1]), _plain(match[2])))
    return headings, tables


def _cells(row: str) -> list[str]:
    inner = row.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.strip().replace("\\|", "|") for cell in CELL_BORDER.split(inner)]


def _plain(title: str) -> str:
    return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", title).strip()
