"""A definition as a state machine."""

import json
from itertools import groupby
from typing import Any, cast

from docchain.compiler.errors import DefinitionTooLarge
from docchain.compiler.languages import in_languages
from docchain.compiler.plan import Plan, Scope, plan_of
from docchain.compiler.shape import Block, Fork, Sequence, nodes_in, shape
from docchain.compiler.states.callback import add_callback
from docchain.compiler.states.choice import add_choice, add_guard
from docchain.compiler.states.ending import add_succeed
from docchain.compiler.states.foreach import add_foreach
from docchain.compiler.states.fork import add_fork
from docchain.compiler.states.lifecycle import add_lifecycle
from docchain.compiler.states.task import add_task
from docchain.compiler.states.wait import add_wait
from docchain.compiler.targets import Targets
from docchain.definitions.checks import require_valid
from docchain.definitions.liveness import Liveness
from docchain.definitions.models import WorkflowDefinition
from docchain.nodes.kinds import succeed

SUCCEED = succeed.KIND.name
MAX_BYTES = 1_000_000  # of a definition that Step Functions takes

FORMS = {"task": add_task, "callback": add_callback, "choice": add_choice, "wait": add_wait}


def compile_definition(definition: WorkflowDefinition, targets: Targets) -> dict[str, Any]:
    """Raises DefinitionInvalid when a check has a finding."""
    require_valid(definition)
    plan = plan_of(definition, targets)
    top = Scope(plan, is_top=True)
    finish = add_lifecycle(top)
    start = _add_sequence(top, shape(plan.graph), finish, under=None)
    machine: dict[str, Any] = {"StartAt": start, "States": top.states}
    if definition.timeout_seconds is not None:
        machine["TimeoutSeconds"] = definition.timeout_seconds
    return in_languages(machine)


def asl_bytes(definition: WorkflowDefinition, targets: Targets) -> bytes:
    """What is published, and what its name is the hash of. Raises DefinitionTooLarge, with the figure."""
    asl = compile_definition(definition, targets)
    compiled = json.dumps(asl, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    if len(compiled) > MAX_BYTES:
        message = (
            f"The compiled workflow has {len(compiled)} bytes, and Step Functions takes {MAX_BYTES}. "
            "Use fewer nodes or shorter keys, or split the workflow."
        )
        raise DefinitionTooLarge(
            message, details=[{"code": DefinitionTooLarge.code, "node": None, "field": "nodes", "message": message}]
        )
    return compiled


def _add_sequence(scope: Scope, blocks: Sequence, then: str | None, under: Liveness) -> str:
    """From the end to the start, since each state names the next. ``under`` guards the states around already."""
    following = then
    for live, group in reversed(
        [(live, list(group)) for live, group in groupby(blocks, lambda b: _guard(scope.plan, b, under))]
    ):
        after, inside = following, under if live is None else live
        for block in reversed(group):
            following = _add_block(scope, block, following, inside)
        if live is not None and following is not None:
            following = add_guard(scope, nodes_in(group[0])[0], live, following, after)
    return cast("str", following)  # None only for a branch without blocks, which no fork has


def _add_chain(scope: Scope, end: str | None) -> str:
    """The whole of a foreach's chain, for one item."""
    return _add_sequence(scope, shape(scope.plan.graph), end, under=None)


def _guard(plan: Plan, block: Block, under: Liveness) -> Liveness:
    """What a block must be guarded by, where it stands. A fork whose nodes differ leaves that to its branches."""
    found = {plan.live[key] for key in nodes_in(block)}
    live = found.pop()
    return None if found or live == under else live


def _add_block(scope: Scope, block: Block, then: str | None, under: Liveness) -> str:
    if isinstance(block, Fork):
        return add_fork(scope, block, then, lambda branch, blocks: _add_sequence(branch, blocks, None, under))
    if scope.plan.kind(block).form == "map":
        return add_foreach(scope, block, then, _add_chain)
    if scope.plan.kind(block).name == SUCCEED:
        return add_succeed(scope, block)
    return FORMS[scope.plan.kind(block).form](scope, block, then)
