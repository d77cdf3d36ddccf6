"""Findings of cdk-nag that stay, each on the construct it is about and with its reason; any other stops a synthesis."""

from collections.abc import Iterable
from typing import Any, cast

from aws_cdk import Acknowledgment, Reference, Stack, Token, Tokenization, Validations
from constructs import IConstruct


def explain(construct: IConstruct, reason: str, *rules: str) -> None:
    """``AwsSolutions-S1``: a pack and its rule."""
    known = (Acknowledgment(id=f"{rule.split('-')[0]}::{rule}", reason=reason) for rule in rules)
    Validations.of(construct).acknowledge(*known)


def explain_wildcards(construct: IConstruct, reason: str, resources: Iterable[str]) -> None:
    """cdk-nag names each finding after the resource of the policy, with what only a deployment knows in brackets."""
    stack = Stack.of(construct)
    spelled = (_spelled(stack.resolve(_imported(stack, resource))) for resource in resources)
    explain(construct, reason, *(f"AwsSolutions-IAM5[Resource::{name}]" for name in spelled if "*" in name))


def _imported(stack: Stack, resource: str) -> str:
    """What is another stack's comes by an export, whose name is what is found then."""
    parts = Tokenization.reverse_string(resource)
    for token in parts.tokens:
        if Reference.is_reference(token) and (owner := Stack.of(cast("Reference", token).target)) != stack:
            text = Token.as_string(token)
            resource = resource.replace(text, owner.export_value(text))
    return resource


def _spelled(value: Any) -> str:
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_spelled(part) for part in parts)
        case {"Fn::ImportValue": name}:
            return str(name)
    return str(value)
