"""Is the chain inside each foreach one that a run can go through for an item? The other checks, asked of that chain."""

from collections import Counter
from collections.abc import Callable, Iterator

from docchain.definitions.checks import conditions, templates
from docchain.definitions.checks.findings import Finding
from docchain.definitions.errors import DefinitionInvalid
from docchain.definitions.foreach import chain_inside, foreach_nodes, unfolded
from docchain.definitions.graph import graph_of
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes.kinds.foreach import NOT_INSIDE

Check = Callable[[WorkflowDefinition], list[Finding]]

FIELD = "config.nodes"


def check(definition: WorkflowDefinition) -> list[Finding]:
    """Can the chain be read, is each of its nodes of a kind that may be there, and is no key used twice?"""
    found: list[Finding] = []
    keys = Counter(node.key for node in definition.nodes)
    for node in foreach_nodes(definition):
        if not isinstance(node.config.get("nodes"), list):
            continue  # its config has a finding of its own
        try:
            chain = chain_inside(node)
        except DefinitionInvalid as error:
            found += _unreadable(node, error)
            continue
        keys.update(inner.key for inner in chain.nodes)
        found += _misplaced(node, chain)
    return found + list(_used_twice(definition, keys))


def inside(*checks: Check) -> Check:
    """The same questions of every chain inside a foreach."""

    def check_chains(definition: WorkflowDefinition) -> list[Finding]:
        return [
            _placed(node, finding)
            for node in foreach_nodes(definition)
            for one in checks
            for finding in one(chain_inside(node))
        ]

    return check_chains


def check_references(definition: WorkflowDefinition) -> list[Finding]:
    """Templates and expressions inside may look back to what comes before the foreach, and at their item."""
    found: list[Finding] = []
    for node in foreach_nodes(definition):
        inner = {one.key for one in chain_inside(node).nodes}
        whole = unfolded(definition, node)
        said = templates.check_nodes(
            graph_of(whole), [n for n in whole.nodes if n.key in inner], (*templates.ROOTS, "index", "item")
        )
        said += [finding for finding in conditions.check(whole) if finding.node in inner]
        found += [_placed(node, finding) for finding in said]
    return found


def _unreadable(node: NodeDefinition, error: DefinitionInvalid) -> Iterator[Finding]:
    for one in error.details:
        field = f"{FIELD}{str(one['field']).removeprefix('nodes')}"
        yield Finding(code=one["code"], node=node.key, field=field, message=f"'{node.key}': {one['message']}")


def _misplaced(node: NodeDefinition, chain: WorkflowDefinition) -> Iterator[Finding]:
    for i, inner in enumerate(chain.nodes):
        if inner.node_type in NOT_INSIDE:
            kinds = ", ".join(sorted(NOT_INSIDE))
            message = (
                f"'{inner.key}' is a {inner.node_type}, and none of {kinds} can be inside a foreach ('{node.key}')."
            )
            yield Finding(code="NOT_INSIDE_FOREACH", node=node.key, field=f"{FIELD}[{i}].node_type", message=message)


def _used_twice(definition: WorkflowDefinition, keys: Counter[str]) -> Iterator[Finding]:
    own = {node.key for node in definition.nodes}
    for node in foreach_nodes(definition):
        if not isinstance(node.config.get("nodes"), list):
            continue
        try:
            chain = chain_inside(node)
        except DefinitionInvalid:
            continue
        for i, inner in enumerate(chain.nodes):
            if keys[inner.key] > 1:
                where = "the workflow" if inner.key in own else "this or another foreach"
                message = f"'{inner.key}' inside '{node.key}' is a key of {where} too. Give each node one of its own."
                yield Finding(code="DUPLICATE_KEY", node=node.key, field=f"{FIELD}[{i}].key", message=message)


def _placed(node: NodeDefinition, finding: Finding) -> Finding:
    """Named with the foreach that it is in, and where in its config."""
    place = f"{FIELD}.{finding.node}.{finding.field}" if finding.node else FIELD
    return finding.model_copy(update={"node": node.key, "field": place})
