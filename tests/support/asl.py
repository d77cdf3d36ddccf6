"""A small interpreter of the states that the compiler writes, by the language's own rules and not by any service's."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jsonata import Jsonata

# What a worker does: (function, payload) -> result, or an ExecutionFailed.
Worker = Callable[[str, dict[str, Any]], dict[str, Any]]

MAX_DATA = 256 * 1024


class ExecutionFailed(Exception):
    def __init__(self, error: str, cause: str = "") -> None:
        super().__init__(error, cause)
        self.error, self.cause = error, cause


@dataclass
class Execution:
    definition: dict[str, Any]
    given: dict[str, Any]
    worker: Worker
    transitions: int = 0
    events: int = 2
    visited: list[str] = field(default_factory=list)
    largest: int = 0
    # What a distributed map reads its items from: (bucket, key) -> the object.
    read: Callable[[str, str], bytes] | None = None

    def run(self) -> Any:
        return self._machine(self.definition, self.given)

    def _machine(self, machine: dict[str, Any], data: Any) -> Any:
        name = machine["StartAt"]
        while True:
            state = machine["States"][name]
            self.transitions += 1
            self.events += 2
            self.visited.append(name)
            self.largest = max(self.largest, len(json.dumps(data)))
            try:
                data, following = getattr(self, f"_{state['Type'].lower()}")(state, data)
            except ExecutionFailed as failure:
                data, following = self._caught(state, data, failure)
            if following is None:
                self.largest = max(self.largest, len(json.dumps(data)))
                return data
            name = following

    def _task(self, state: dict[str, Any], data: Any) -> Any:
        attempts = [retrier["MaxAttempts"] for retrier in state["Retry"]]
        for retry_count in itertools.count():
            self.events += 3
            arguments = self._evaluate(state["Arguments"], data, retry_count=retry_count)
            try:
                result = self.worker(arguments["FunctionName"], json.loads(json.dumps(arguments["Payload"])))
            except ExecutionFailed as failure:
                at = next((i for i, r in enumerate(state["Retry"]) if failure.error in r["ErrorEquals"]), None)
                if at is None or attempts[at] == 0:
                    raise
                attempts[at] -= 1
                continue
            return self._output(state, data, result={"StatusCode": 200, "Payload": result}), state.get("Next")
        raise AssertionError

    def _pass(self, state: dict[str, Any], data: Any) -> Any:
        return self._output(state, data), state.get("Next")

    def _wait(self, state: dict[str, Any], data: Any) -> Any:
        assert isinstance(self._evaluate(state["Seconds"], data), int)
        return self._output(state, data), state.get("Next")

    def _choice(self, state: dict[str, Any], data: Any) -> Any:
        for rule in state["Choices"]:
            holds = self._evaluate(rule["Condition"], data)
            if not isinstance(holds, bool):
                raise ExecutionFailed("States.QueryEvaluationError", "a Condition must be a boolean")
            if holds:
                return self._output(rule, data), rule["Next"]
        if "Default" not in state:
            raise ExecutionFailed("States.NoChoiceMatched")
        return self._output(state, data), state["Default"]

    def _parallel(self, state: dict[str, Any], data: Any) -> Any:
        self.events += 2
        # Side by side has no order; backwards is as good as any, and shows what relies on the written one.
        outputs = [self._machine(branch, json.loads(json.dumps(data))) for branch in reversed(state["Branches"])]
        return list(reversed(outputs)), state.get("Next")

    def _map(self, state: dict[str, Any], data: Any) -> Any:
        if state["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED":
            return self._distributed(state, data), state["Next"]
        self.events += 2
        items = self._evaluate(state["Items"], data)
        assert isinstance(items, list)
        results = []
        for item in reversed(items):
            self.events += 2
            given = self._evaluate(state["ItemSelector"], data, item=item)
            results.append(self._machine(state["ItemProcessor"], given))
        assert len(json.dumps(results)) <= MAX_DATA
        return self._output(state, data, result=results), state["Next"]

    def _distributed(self, state: dict[str, Any], data: Any) -> Any:
        """Each item is an execution of its own, whose input is the item's. Too many that fail fail the map."""
        self.events += 4
        assert state["QueryLanguage"] == "JSONPath" and state["ResultPath"] is None and self.read is not None
        source = self._path(state["ItemReader"]["Parameters"], data, None)
        items = json.loads(self.read(source["Bucket"], source["Key"]))
        failed, outputs = 0, []
        for item in reversed(items):
            given = self._path(state["ItemSelector"], data, item)
            child = Execution(state["ItemProcessor"], json.loads(json.dumps(given)), self.worker)
            try:
                outputs.append(child.run())
            except ExecutionFailed:
                failed += 1
            self.visited += child.visited
            if failed * 100 > state["ToleratedFailurePercentage"] * len(items):
                raise ExecutionFailed("States.ExceedToleratedFailureThreshold")
        assert len(json.dumps(outputs)) <= MAX_DATA
        return data

    def _path(self, template: dict[str, Any], data: Any, item: Any) -> dict[str, Any]:
        """The JSONPath that distributed maps are written in: names after $ and $$."""
        context = {"Execution": {"Input": self.given}, "Map": {"Item": {"Value": item}}}
        found = {}
        for name, value in template.items():
            if not name.endswith(".$"):
                found[name] = value
                continue
            root, *steps = value.split(".")
            at = {"$": data, "$$": context}[root]
            for step in steps:
                at = at[step]
            found[name.removesuffix(".$")] = at
        return found

    def _fail(self, state: dict[str, Any], data: Any) -> Any:
        raise ExecutionFailed(self._evaluate(state["Error"], data), self._evaluate(state["Cause"], data))

    def _caught(self, state: dict[str, Any], data: Any, failure: ExecutionFailed) -> Any:
        # Only these have a Catch; a Choice's error ends the execution.
        if state["Type"] not in ("Task", "Parallel", "Map") or "Catch" not in state:
            raise failure
        catchers = [c for c in state["Catch"] if {failure.error, "States.ALL"} & set(c["ErrorEquals"])]
        if not catchers:
            raise failure
        catcher = catchers[0]
        output = {"Error": failure.error, "Cause": failure.cause}
        if "ResultPath" in catcher:
            return {**data, catcher["ResultPath"].removeprefix("$."): output}, catcher["Next"]
        return self._output(catcher, data, default=output, error_output=output), catcher["Next"]

    def _output(self, holder: dict[str, Any], data: Any, *, default: Any = None, **states: Any) -> Any:
        if "Output" in holder:
            return self._evaluate(holder["Output"], data, **states)
        return data if default is None else default

    def _evaluate(self, value: Any, data: Any, *, retry_count: int = 0, **states: Any) -> Any:
        if isinstance(value, dict):
            return {k: self._evaluate(v, data, retry_count=retry_count, **states) for k, v in value.items()}
        if isinstance(value, list):
            return [self._evaluate(v, data, retry_count=retry_count, **states) for v in value]
        if not (isinstance(value, str) and value.startswith("{%") and value.endswith("%}")):
            return value
        context = {"Execution": {"Input": self.given}, "State": {"RetryCount": retry_count}}
        context |= {"Task": {"Token": "token"}}
        if "item" in states:
            context["Map"] = {"Item": {"Value": states["item"]}}
        known = {"input": data, "context": context, "result": states.get("result")}
        if "error_output" in states:
            known["errorOutput"] = states["error_output"]
        return evaluate(value[2:-2].strip(), {"states": known})


def evaluate(text: str, bindings: dict[str, Any]) -> Any:
    """Undefined is an error, as in Step Functions; null is a value."""
    expression = Jsonata.jsonata(text)
    expression.set_output_convert_nulls(False)
    try:
        raw = expression.evaluate(None, bindings)
    except Exception as error:
        raise ExecutionFailed("States.QueryEvaluationError", str(error)) from error
    if raw is None:
        raise ExecutionFailed("States.QueryEvaluationError", f"undefined: {text}")
    return Jsonata.jsonata(text).evaluate(None, bindings)
