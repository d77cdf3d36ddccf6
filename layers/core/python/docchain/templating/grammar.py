"""The part of Jinja's language that a template may use, and where its costly expressions are made to pay.

The tree is rewritten before it is compiled: ``a ~ b`` becomes a call of ``environment.join_texts(a, b)``, a list
literal of ``environment.taken([…])`` and so on. A template's own text cannot name these.
"""

from typing import cast

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

from docchain.templating.errors import TemplateInvalid, TemplateLimit

MAX_NODES = 20_000

ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Assign, nodes.With),
    *(nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Operand),
    *(
        nodes.CondExpr,
        nodes.Filter,
        nodes.Test,
        nodes.Getattr,
        nodes.Getitem,
        nodes.Slice,
        nodes.Concat,
        nodes.Compare,
        nodes.Call,
    ),
    *(nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos),
    *(nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow),
)


def check(tree: nodes.Template) -> None:
    """Raises TemplateInvalid at the first thing that the sandbox does not have."""
    count = 0
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        count += 1
        if count > MAX_NODES:
            raise TemplateLimit(f"the template has more than {MAX_NODES} parts")
        if type(node) not in ALLOWED:
            raise TemplateInvalid(
                f"{type(node).__name__.lower()} is not available in templates", details={"line": node.lineno}
            )
        if isinstance(node, nodes.For) and node.recursive:
            raise TemplateInvalid("recursive loops are not available in templates", details={"line": node.lineno})
        waiting.extend(node.iter_child_nodes())


def _paying(name: str, *args: nodes.Node, like: nodes.Node) -> nodes.Call:
    function = nodes.EnvironmentAttribute(name, lineno=like.lineno)
    return nodes.Call(function, cast("list[nodes.Expr]", list(args)), [], None, None, lineno=like.lineno)


# The names of these methods are Jinja's: visit_ and the node's class.
class _Metering(NodeTransformer):
    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.iter = _paying("each", node.iter, like=node)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _paying("join_texts", *node.nodes, like=node)

    def visit_List(self, node: nodes.List) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _paying("taken", node, like=node)

    visit_Dict = visit_List  # noqa: N815

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return node if node.ctx == "store" else _paying("taken", node, like=node)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Slice):
            return node
        none = nodes.Const(None, lineno=node.lineno)
        part = node.arg
        return _paying("cut", node.node, part.start or none, part.stop or none, part.step or none, like=node)

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _paying("read", node.expr, like=node)
        for operand in node.ops:
            operand.expr = _paying("read", operand.expr, like=node)
        return node


def meter(tree: nodes.Template) -> nodes.Template:
    _Metering().visit(tree)
    return tree
