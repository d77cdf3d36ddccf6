"""Condition and update expressions with every name and value behind a placeholder."""

from typing import Any

from boto3.dynamodb.conditions import ConditionBase, ConditionExpressionBuilder

from docchain.storage.items import encode


def condition_expression(condition: ConditionBase | None) -> dict[str, Any]:
    """The keyword arguments of a conditional write; none without a condition."""
    if condition is None:
        return {}
    built = ConditionExpressionBuilder().build_expression(condition)
    arguments: dict[str, Any] = {
        "ConditionExpression": built.condition_expression,
        "ExpressionAttributeNames": built.attribute_name_placeholders,
    }
    if built.attribute_value_placeholders:  # DynamoDB refuses an empty map
        values = built.attribute_value_placeholders.items()
        arguments["ExpressionAttributeValues"] = {k: encode(v) for k, v in values}
    return arguments


def update_expression(
    *,
    set_: dict[str, Any] | None = None,
    add: dict[str, int | float] | None = None,
    remove: tuple[str, ...] = (),
    condition: ConditionBase | None = None,
) -> dict[str, Any]:
    """A dotted name addresses a field of a map: ``counts.failed``. A value of ``None`` removes the attribute."""
    arguments = condition_expression(condition)
    names: dict[str, str] = dict(arguments.get("ExpressionAttributeNames", {}))
    values: dict[str, Any] = dict(arguments.get("ExpressionAttributeValues", {}))
    assignments = {k: v for k, v in (set_ or {}).items() if v is not None}
    removals = (*remove, *(k for k, v in (set_ or {}).items() if v is None))

    def path(name: str) -> str:
        parts = name.split(".")
        for part in parts:
            names[f"#u_{part}"] = part
        return ".".join(f"#u_{part}" for part in parts)

    def value(content: Any) -> str:
        placeholder = f":u{len(values)}"
        values[placeholder] = encode(content)
        return placeholder

    clauses = []
    if assignments:
        clauses.append("SET " + ", ".join(f"{path(k)} = {value(v)}" for k, v in assignments.items()))
    if add:
        clauses.append("ADD " + ", ".join(f"{path(k)} {value(v)}" for k, v in add.items()))
    if removals:
        clauses.append("REMOVE " + ", ".join(path(k) for k in removals))
    result = {**arguments, "UpdateExpression": " ".join(clauses), "ExpressionAttributeNames": names}
    if values:
        result["ExpressionAttributeValues"] = values
    return result
