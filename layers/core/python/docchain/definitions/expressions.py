"""A condition's expression, read as a tree: what it refers to, and what Step Functions would not run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docchain.definitions.foreach import chain_inside, foreach_nodes
from docchain.definitions.models import WorkflowDefinition
from docchain.nodes import catalogue
from docchain.nodes.kinds.condition import MAX_EXPRESSION

ROOTS = ("nodes", "params")
# JSONata's own functions without $eval, which Step Functions leaves out, and $error and $assert,
# which would end the execution where nothing can catch it; with those that Step Functions adds.
FUNCTIONS = frozenset(
    (
        *("abs", "append", "average", "base64decode", "base64encode", "boolean", "ceil", "contains", "count"),
        *("decodeUrl", "decodeUrlComponent", "distinct", "each", "encodeUrl", "encodeUrlComponent", "exists", "filter"),
        *("floor", "formatBase", "formatInteger", "formatNumber", "fromMillis", "hash", "join", "keys", "length"),
        *("lookup", "lowercase", "map", "match", "max", "merge", "millis", "min", "not", "now", "number", "pad"),
        *("parse", "parseInteger", "partition", "power", "random", "range", "reduce", "replace", "reverse", "round"),
        *("shuffle", "sift", "single", "sort", "split", "spread", "sqrt", "string", "substring", "substringAfter"),
        *("substringBefore", "sum", "toMillis", "trim", "type", "uppercase", "uuid", "zip"),
    )
)

# Where a node of the parser's tree keeps its children.
PARTS = (
    *(
        "steps",
        "stages",
        "predicate",
        "expr",
        "lhs",
        "rhs",
        "lhs_object",
        "rhs_object",
        "terms",
        "expression",
        "expressions",
    ),
    *("condition", "then", "_else", "procedure", "arguments", "body", "group"),
)


class ExpressionInvalid(ValueError):
    """The message is for the author of the expression."""


@dataclass(frozen=True)
class Reference:
    """``nodes.<node>.<fact>``"""

    node: str
    fact: str


@dataclass(frozen=True)
class Expression:
    source: str
    references: tuple[Reference, ...]
    tree: Any


@lru_cache(maxsize=512)
def parse_expression(source: str) -> Expression:
    """Raises ExpressionInvalid. Parsed alone, so that text which closes the compiler's brackets is no expression."""
    if len(source) > MAX_EXPRESSION:
        raise ExpressionInvalid(f"it has {len(source)} characters, more than {MAX_EXPRESSION}")
    if "{%" in source or "%}" in source:
        raise ExpressionInvalid("write the bare expression, without {% and %}")
    tree = _tree(source)
    return Expression(source, tuple(dict.fromkeys(_references(tree))), tree)


def _tree(source: str) -> Any:
    # 70 ms of import that only a workflow with conditions needs.
    from jsonata import Jsonata
    from jsonata.jexception import JException

    try:
        # The parser runs past the end of a comment that ends the text, hence the line break.
        return Jsonata.jsonata(source + "\n").ast
    except JException as error:
        where = f" at character {error.get_location()}" if error.get_location() >= 0 else ""
        raise ExpressionInvalid(f"{error}{where}") from error
    except (re.error, RecursionError, LookupError, AttributeError, TypeError, ValueError, OverflowError) as error:
        # The parser's own slips on unfinished text, such as a comment that is not closed.
        raise ExpressionInvalid("it cannot be read as JSONata; is a bracket, quote or comment left open?") from error


def _references(tree: Any) -> list[Reference]:
    found: list[Reference] = []
    assigned = _assigned(tree)
    # Within a path's steps and filters, names are relative to what the path has reached: nothing is known of them.
    waiting: list[tuple[Any, bool]] = [(tree, False)]
    while waiting:
        node, relative = waiting.pop()
        if isinstance(node, (list, tuple)):
            waiting.extend((item, relative) for item in node)
        elif node.type == "path" and not relative:
            waiting.extend(_path(node.steps, found))
        else:
            _check(node, assigned, relative=relative)
            waiting.extend((child, relative) for child in children(node))
    return found


def _path(steps: list[Any], found: list[Reference]) -> list[tuple[Any, bool]]:
    """Takes the reference off a path and gives back what is left to look at."""
    first, rest = steps[0], steps[1:]
    if first.type != "name":
        return [(first, False), (rest, True)]
    if first.value not in ROOTS:
        raise ExpressionInvalid(f"'{first.value}' is not known here; use nodes.<key>.<fact> and params.<name>")
    if first.value == "nodes":
        names = [step for step in steps[:3] if step.type == "name" and not step.stages]
        if len(names) < 3:
            raise ExpressionInvalid("refer to a single fact as nodes.<key>.<fact>")
        found.append(Reference(str(names[1].value), str(names[2].value)))
        rest = steps[3:]
    return [(list(children(first)), True), (rest, True)]


def _check(node: Any, assigned: frozenset[str], *, relative: bool) -> None:
    if node.type in ("parent", "descendant", "transform", "wildcard"):
        raise ExpressionInvalid(f"'{node.value or node.type}' cannot be used; name each fact as nodes.<key>.<fact>")
    if node.type != "variable" or node.value in assigned:
        return
    name = str(node.value)
    if name not in FUNCTIONS and not (name == "" and relative):
        shown = {"": "$", "$": "$$"}.get(name, f"${name}")
        raise ExpressionInvalid(
            f"{shown} is not known here; use nodes.<key>.<fact>, params.<name> and JSONata's functions"
        )


def children(node: Any) -> Iterator[Any]:
    for name in PARTS:
        part = getattr(node, name, None)
        if part is not None and part is not False and not isinstance(part, (str, int)):
            yield part


def _assigned(tree: Any) -> frozenset[str]:
    """Names bound anywhere in the expression; a use before its binding is merely undefined, which is false."""
    names: set[str] = set()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (list, tuple)):
            waiting.extend(node)
            continue
        if node.type == "bind":
            names.add(str(node.lhs.value))
        if node.type == "lambda":
            names.update(str(argument.value) for argument in node.arguments)
        waiting.extend(children(node))
    return frozenset(names)


def facts_read(definition: WorkflowDefinition) -> dict[str, tuple[str, ...]]:
    """By node, the facts that some expression reads: the only ones that travel with a run."""
    found: dict[str, set[str]] = {}
    chains = (chain_inside(node).nodes for node in foreach_nodes(definition))
    for node in (*definition.nodes, *(inner for chain in chains for inner in chain)):
        for _, source in catalogue.get(node.node_type).expressions_for(node.config):
            for reference in parse_expression(source).references:
                found.setdefault(reference.node, set()).add(reference.fact)
    return {key: tuple(sorted(facts)) for key, facts in sorted(found.items())}
