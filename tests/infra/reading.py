"""The synthesised templates of a stage as one, read by what things are and not by their hashed ids."""

from dataclasses import dataclass
from typing import Any

Properties = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """``stacks`` are as deployed; ``body`` has all of their resources, and references between stacks as within one."""

    body: dict[str, Any]
    stacks: dict[str, dict[str, Any]]

    def resources(self, kind: str) -> dict[str, Properties]:
        """Logical id → properties of everything of a type (``AWS::Lambda::Function``)."""
        found = self.body["Resources"].items()
        return {name: resource.get("Properties", {}) for name, resource in found if resource["Type"] == kind}

    def functions(self) -> dict[str, Properties]:
        """By package: ``api/workflows``."""
        return {package_of(f): f for f in self.resources("AWS::Lambda::Function").values()}

    def role_of(self, package: str) -> str:
        return self.reference(self.functions()[package]["Role"])

    def statements(self, package: str) -> list[dict[str, Any]]:
        return self.statements_of_role(self.role_of(package))

    def statements_of_role(self, role: str) -> list[dict[str, Any]]:
        policies = self.resources("AWS::IAM::Policy").values()
        mine = [p for p in policies if role in [self.reference(r) for r in p.get("Roles", [])]]
        return [statement for policy in mine for statement in policy["PolicyDocument"]["Statement"]]

    def allowed(self, package: str) -> dict[str, set[str]]:
        """Action → the resources on which the function's role allows it, spelled as by ``said``."""
        allowed: dict[str, set[str]] = {}
        for statement in self.statements(package):
            for action in listed(statement["Action"]):
                allowed.setdefault(action, set()).update(said(r) for r in listed(statement["Resource"]))
        return allowed

    def logical_id(self, kind: str, **properties: Any) -> str:
        ids = [
            name
            for name, own in self.resources(kind).items()
            if all(own.get(key) == value for key, value in properties.items())
        ]
        assert len(ids) == 1, f"{kind} with {properties}: {ids}"
        return ids[0]

    @staticmethod
    def reference(value: Any) -> str:
        """The logical id that a ``Ref`` or ``Fn::GetAtt`` names."""
        return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def package_of(function: Properties) -> str:
    _, kind, name, *_ = function["Handler"].split(".")
    return f"{kind}/{name}"


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def said(value: Any) -> str:
    """A value with its intrinsics spelled out: ``<logical id>``, ``<logical id.Arn>``."""
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(said(part) for part in parts)
        case {"Fn::ImportValue": name}:
            return f"<import {name}>"
    return str(value)


def joined(stacks: dict[str, dict[str, Any]]) -> Template:
    exported = {
        output["Export"]["Name"]: output["Value"]
        for body in stacks.values()
        for output in body.get("Outputs", {}).values()
        if "Export" in output
    }
    body: dict[str, Any] = {"Resources": {}, "Outputs": {}}
    for stack in stacks.values():
        for part, all_of_it in body.items():
            for name, item in stack.get(part, {}).items():
                resolved = _resolved(item, exported)
                # Layers alone are in both, and are the same.
                assert all_of_it.setdefault(name, resolved) == resolved, f"{name} is two things"
    return Template(body, stacks)


def _resolved(value: Any, exported: dict[str, Any]) -> Any:
    match value:
        case {"Fn::ImportValue": name}:
            return exported[name]
        case dict():
            return {key: _resolved(inner, exported) for key, inner in value.items()}
        case list():
            return [_resolved(inner, exported) for inner in value]
    return value
