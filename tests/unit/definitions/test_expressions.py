"""What a condition may say, and what it refers to."""

import pytest

from docchain.definitions.expressions import ExpressionInvalid, Reference, parse_expression


@pytest.mark.parametrize(
    ("source", "references"),
    [
        ("nodes.a.pages > 3", ["a.pages"]),
        ("nodes.a.pages > nodes.b.pages and $exists(params.x)", ["a.pages", "b.pages"]),
        ("nodes.`a`.pages = 1", ["a.pages"]),
        ("($w := nodes.a.pages; $w > 1)", ["a.pages"]),
        ("$count($filter(params.xs, function($v) { $v.price > nodes.a.pages })) > 0", ["a.pages"]),
        ("params.items[price > 3].name = 'pen'", []),
        ("$count(params.xs[$ > 3]) > 0", []),
        ("nodes.a.pages > 3 /* for long ones */", ["a.pages"]),
        ("true", []),
    ],
)
def test_every_fact_that_is_read_is_found(source: str, references: list[str]) -> None:
    found = sorted(parse_expression(source).references, key=lambda r: (r.node, r.fact))
    assert found == [Reference(*one.split(".")) for one in references]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("nodes.a.pages >", "Unexpected end"),
        ("true) or (true", "Syntax error"),
        ("true /* ", "left open"),
        ("'open", "quote"),
        ("a; b", "Syntax error"),
        ("(" * 500, "bracket|Expected|left open"),
        ("nodes.a", "single fact"),
        ("nodes.*.pages", "single fact"),
        ("nodes[key = 'a'].pages", "single fact"),
        ("$.nodes.a.pages", "not known"),
        ("$$.facts", "not known"),
        ("**.pages", "cannot be used"),
        ("params.a.%.b", "cannot be used"),
        ("pages > 3", "'pages' is not known"),
        ("$states.context.Execution.Id = 'x'", r"\$states is not known"),
        ("$eval('1')", r"\$eval is not known"),
        ("$error('x')", r"\$error is not known"),
        ("$nosuch(1)", r"\$nosuch is not known"),
        ("{% true %}", "bare expression"),
        ("'%}'", "bare expression"),
        ("1" * 1001, "1001 characters"),
    ],
)
def test_what_cannot_be_run_is_said_why(source: str, why: str) -> None:
    with pytest.raises(ExpressionInvalid, match=why):
        parse_expression(source)
