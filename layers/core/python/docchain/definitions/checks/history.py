"""Does a run fit into the history that Step Functions keeps of an execution, even when everything is retried?"""

from docchain.definitions.checks.findings import Finding
from docchain.definitions.foreach import chain_inside, foreach_nodes
from docchain.definitions.models import NodeDefinition, WorkflowDefinition
from docchain.nodes import catalogue

LIMIT = 25_000  # events of one execution; past it Step Functions fails the run

AROUND = 2  # StateEntered, StateExited
PER_ATTEMPT = 3  # TaskScheduled, TaskStarted, TaskSucceeded or TaskFailed
# A fork is a Parallel (Entered, Started, Succeeded, Exited) and a Pass; a guard is a Choice, and a Pass where a branch
# ends behind it. Forks have two branches at least, so n nodes stand in fewer than n forks; and none has two guards.
PER_BRANCHED_NODE = 4 + AROUND + AROUND + AROUND
END = AROUND + PER_ATTEMPT * 6 + 2  # the last Task with its retries, ExecutionStarted, ExecutionSucceeded


# A foreach's two calls with their retries, the Choice of its way, and the map: Entered, Started, Run started and
# ended, Succeeded, Exited.
FOREACH = 2 * (AROUND + PER_ATTEMPT * 4) + AROUND + 6
# Of an item beside its nodes: its own start and end, where it ends when it failed, and the call that takes its notes.
ITEM = 2 + AROUND + AROUND + PER_ATTEMPT * 4
INLINE_MOST = 8_000  # events that one foreach may take of its run's history


def worst_case(definition: WorkflowDefinition) -> int:
    """Throttling is left out: it is the account's to bound, and would need every call to be refused ten times."""
    inline = (inline_items_most(definition, n.key) * item_events(n) for n in foreach_nodes(definition))
    return _without_items(definition) + sum(inline)


def inline_items_most(definition: WorkflowDefinition, key: str) -> int:
    """How many items of a foreach fit into the run's own history; more become executions of their own."""
    foreaches = [node for node in foreach_nodes(definition) if node.config.get("mode") != "distributed"]
    node = next((node for node in foreaches if node.key == key), None)
    if node is None:
        return 0
    share = min(INLINE_MOST, (LIMIT - _without_items(definition)) // len(foreaches))
    return max(0, share // item_events(node))


def item_events(node: NodeDefinition) -> int:
    return ITEM + _nodes(chain_inside(node))


def _without_items(definition: WorkflowDefinition) -> int:
    return END + _nodes(definition)


def _nodes(definition: WorkflowDefinition) -> int:
    branched = any(len(node.depends_on) != 1 or node.depends_on[0].outcome for node in definition.nodes[1:])
    branched |= any(node.goes_to for node in definition.nodes)
    around = PER_BRANCHED_NODE if branched else 0
    return sum(_events(node) + around for node in definition.nodes)


def check(definition: WorkflowDefinition) -> list[Finding]:
    events = worst_case(definition)
    if events <= LIMIT:
        return [finding for node in foreach_nodes(definition) for finding in _check_inline(definition, node)]
    message = (
        f"A run could need {events} history events, and Step Functions ends a run at {LIMIT}. "
        "Use fewer nodes or fewer retries, or split the workflow."
    )
    return [Finding(code="HISTORY_BUDGET", field="nodes", message=message)]


def _check_inline(definition: WorkflowDefinition, node: NodeDefinition) -> list[Finding]:
    """A foreach that must be inline, as far as its items are known: of a template the run itself will find out."""
    items, most = node.config["items"], inline_items_most(definition, node.key)
    count = len(items) if isinstance(items, list) else 1
    if node.config.get("mode") != "inline" or count <= most:
        return []
    message = (
        f"'{node.key}': {count} items inline could need {count * item_events(node)} history events, and {most} items "
        "fit. Leave mode at auto, or shorten the chain inside."
    )
    return [Finding(code="HISTORY_BUDGET", node=node.key, field="config.mode", message=message)]


def _events(node: NodeDefinition) -> int:
    kind = catalogue.get(node.node_type)
    if kind.form == "map":
        return FOREACH
    if kind.form not in ("task", "callback"):
        return AROUND
    # One that ends the run does so by a Fail within a fork.
    return AROUND + PER_ATTEMPT * (node.retry or kind.retry).max_attempts + (AROUND if kind.ends_run else 0)
