"""What travels from state to state: facts that conditions read, what conditions answered, and notes for the next step.

Who the run is (tenant, run, generation, …) and its params are read from the execution's own input in the context
object. They do not travel, because a Parallel gives a list of its branches' outputs, and with a copy of the params in
each of a hundred branches that list would pass 256 KB.

Forms that were tried in Step Functions' JSONata and in the local stage, and the traps between them:
- an expression that yields undefined is an error, so every field is built to be there: ``$merge`` of nothing is ``{}``,
  ``[…]`` around a sequence is a list even when it holds one item or none (``$distinct`` of one item gives the item);
- a null fact would fail a comparison, a missing one is false: nulls are left out;
- ``undefined = true`` is false, so ``$boolean(…) = true`` makes an expression over missing facts
  false and not an error.
- the branches of a fork share one context object in the local stage, so a retry within a fork may read the RetryCount
  of its neighbour there; in Step Functions each has its own.

A note in ``passed`` is delivered at least once: a fork hands those before it to each of its branches.
"""

from collections.abc import Iterable
from dataclasses import dataclass

FACTS = "$states.input.facts"
OUTCOMES = "$states.input.outcomes"
PASSED = "$states.input.passed"
ITEM = "$states.input.item"
IDENTITY = "$states.context.Execution.Input"

Data = dict[str, object]


@dataclass(frozen=True)
class Keep:
    """What a branch hands back that is not its fork's first: what came to be in it. The first carries the rest."""

    facts: tuple[str, ...]
    outcomes: tuple[str, ...]


# What an item's chain hands back: its records say the rest, and ten thousand results make one list.
NOTHING = Keep((), ())


def expression(text: str) -> str:
    return "{% " + text + " %}"


def names(values: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{value}'" for value in values) + "]"


def payload(fields: str) -> str:
    """What a worker is called with: who the run is, which attempt this is, and ``fields``."""
    who = ", ".join(f"'{name}': {name}" for name in ("tenant", "run", "workflow", "version", "generation"))
    return expression(f"{IDENTITY}.{{{who}, 'attempt': $states.context.State.RetryCount, {fields}}}")


def output(
    *,
    facts: str = FACTS,
    outcomes: str = OUTCOMES,
    passed: str = PASSED,
    keep: Keep | None = None,
    item: str | None = None,
) -> Data:
    """``keep`` bounds what the end of a branch hands back to its fork. ``item`` says where a foreach's item is from."""
    if keep is NOTHING:
        return {}
    if keep is not None:
        facts, outcomes = _only(facts, keep.facts), _only(outcomes, keep.outcomes)
    found: Data = {"facts": _field(facts), "outcomes": _field(outcomes), "passed": _field(passed)}
    return found if item is None else {**found, "item": expression(item)}


def _field(text: str) -> object:
    constants: dict[str, object] = {"{}": {}, "[]": []}
    return constants.get(text, expression(text))


def _only(source: str, keys: tuple[str, ...]) -> str:
    if not keys or source == "{}":
        return "{}"
    return f"$merge([$sift({source}, function($v, $k) {{ $k in {names(keys)} }})])"


def merged(keep: Keep | None, item: str | None = None) -> Data:
    """Of a list of branches' outputs. The notes that came in with the fork are in more than one of them."""
    return output(
        facts="$merge($states.input.facts)",
        outcomes="$merge($states.input.outcomes)",
        passed="[$distinct([$states.input.passed])]",
        keep=keep,
        item=item and "$states.input[0].item",
    )
