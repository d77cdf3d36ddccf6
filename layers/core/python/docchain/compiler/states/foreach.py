"""A chain for each item: a call that says which items there are, a map over their numbers, and a call that gathers.

A few items are branches of the execution itself. Many, whose events would fill its history, are executions of their
own; how many there are is known only when the run gets there, so both ways may stand in the machine.
"""

from collections.abc import Callable

from docchain.compiler import data
from docchain.compiler.plan import Scope, State, plan_inside
from docchain.compiler.states.foreach_call import add_failed_item, add_gather, add_noted, add_prepare
from docchain.compiler.states.map_many import many_map
from docchain.definitions.checks.history import inline_items_most
from docchain.nodes.kinds.foreach import INLINE_CONCURRENCY_MOST

AddChain = Callable[[Scope, str | None], str]

INDEXES = "[$states.input.map.indexes]"


def add_foreach(scope: Scope, key: str, then: str | None, add_chain: AddChain) -> str:
    mode = scope.plan.node(key).config.get("mode", "auto")
    gather = add_gather(scope, key, then)
    ways = {"none": gather}
    if mode != "distributed" and inline_items_most(scope.plan.definition, key):
        ways["inline"] = _add_few(scope, key, gather, add_chain)
    if mode != "inline":
        ways["distributed"] = _add_many(scope, key, gather, add_chain)
    return add_prepare(scope, key, _add_choice(scope, key, ways), then)


def _add_choice(scope: Scope, key: str, ways: dict[str, str]) -> str:
    """The last way is what is left."""
    *asked, (_, default) = ways.items()
    rules = [{"Condition": data.expression(f"$states.input.map.mode = '{way}'"), "Next": to} for way, to in asked]
    state: State = {"Type": "Choice", "Choices": rules, "Default": default}
    return scope.add(scope.plan.names.take("Size", key), state)


def _add_few(scope: Scope, key: str, gather: str, add_chain: AddChain) -> str:
    failure = "$merge([$states.input, {'failure': {'Error': $states.errorOutput.Error}}])"
    item = data.output(outcomes="{}", passed="[]", item="$states.context.Map.Item.Value")
    state: State = {
        "Type": "Map",
        "Items": data.expression(INDEXES),
        "ItemSelector": item,
        "MaxConcurrency": min(scope.plan.node(key).config.get("max_concurrency", 10), INLINE_CONCURRENCY_MOST),
        "ItemProcessor": _processor(scope, key, {"Mode": "INLINE"}, "", add_chain),
        "Output": data.expression("$states.input"),
        "Catch": [{"ErrorEquals": ["States.ALL"], "Output": data.expression(failure), "Next": gather}],
        "Next": gather,
    }
    return scope.add(scope.plan.names.take("Items", key), state)


def _add_many(scope: Scope, key: str, gather: str, add_chain: AddChain) -> str:
    config = {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}
    processor = _processor(scope, key, config, " (many)", add_chain)
    state = many_map(scope.plan.node(key), scope.plan.targets.bucket, processor, gather)
    return scope.add(scope.plan.names.take("Many", key), state)


def _processor(scope: Scope, key: str, config: dict[str, str], suffix: str, add_chain: AddChain) -> State:
    plan = plan_inside(scope.plan, key, suffix)
    item = Scope(plan, is_top=True, keep=data.NOTHING, fails_to=plan.names.take("Failed item", key))
    add_failed_item(item, item.fails_to, fails=config["Mode"] == "DISTRIBUTED")
    start = add_chain(item, add_noted(item, key) if plan.takes_notes else None)
    return {"ProcessorConfig": config, "StartAt": start, "States": item.states}
