"""Every regular expression of the product, read from its text: what nobody listed is found all the same."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
ROOMS = (ROOT / "layers/core/python/docchain", ROOT / "functions")
CALLS = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}


def every_pattern() -> dict[str, str]:
    """Where it stands → the pattern: of ``re``, and of ``pattern=`` of a field."""
    trees = {path: ast.parse(path.read_text()) for room in ROOMS for path in sorted(room.rglob("*.py"))}
    shared: dict[str, str] = {}  # a constant of another module goes by its own name
    for tree in trees.values():
        shared |= {name: text for name, text in _constants(tree).items() if name.endswith("PATTERN")}
    return {
        f"{path.relative_to(ROOT)}:{line}": pattern
        for path, tree in trees.items()
        for line, pattern in _patterns(tree, {**shared, **_constants(tree)})
    }


def _patterns(tree: ast.Module, names: dict[str, str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if _is_of_re(node.func) and node.args and (text := _text(node.args[0], names)):
            yield node.lineno, text
        for keyword in node.keywords:
            if keyword.arg == "pattern" and (text := _text(keyword.value, names)):
                yield node.lineno, text


def _is_of_re(called: ast.expr) -> bool:
    match called:
        case ast.Attribute(value=ast.Name(id="re"), attr=name):
            return name in CALLS
    return False


def _constants(tree: ast.Module) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        for target in targets:
            if isinstance(target, ast.Name) and node.value and (text := _text(node.value, found)):
                found[target.id] = text
    return found


def _text(node: ast.expr, names: dict[str, str]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return names.get(name)
        case ast.BinOp(left=left, right=right, op=ast.Add()):
            parts = _text(left, names), _text(right, names)
            return "".join(p for p in parts if p) if all(parts) else None
        case ast.JoinedStr(values=values):
            parts = tuple(_text(v.value if isinstance(v, ast.FormattedValue) else v, names) for v in values)
            return "".join(p for p in parts if p) if all(parts) else None
    return None
