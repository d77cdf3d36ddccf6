"""API Gateway's way from a method and a path to an integration, followed on the template."""

from dataclasses import dataclass

from tests.infra.reading import Properties, Template, package_of

GREEDY = "{proxy+}"


@dataclass(frozen=True)
class Arrival:
    package: str
    authorization: str


class Gateway:
    """A fixed segment wins over a variable one, and that over ``{proxy+}``; what has no such method falls through."""

    def __init__(self, template: Template) -> None:
        self._template = template
        self._resources = template.resources("AWS::ApiGateway::Resource")
        self._methods: dict[tuple[str, ...], dict[str, Properties]] = {}
        for method in template.resources("AWS::ApiGateway::Method").values():
            self._methods.setdefault(self._path(method["ResourceId"]), {})[method["HttpMethod"]] = method

    def arrive(self, method: str, path: str) -> Arrival | None:
        segments = tuple(part for part in path.split("/") if part)
        served = [
            p for p, methods in self._methods.items() if _fits(p, segments) and (method in methods or "ANY" in methods)
        ]
        if not served:
            return None
        methods = self._methods[min(served, key=lambda p: _rank(p, len(segments)))]
        return self._arrival(methods.get(method) or methods["ANY"])

    def methods(self) -> list[Properties]:
        return [method for methods in self._methods.values() for method in methods.values()]

    def _path(self, resource: dict[str, object]) -> tuple[str, ...]:
        if "Fn::GetAtt" in resource:  # the API's root
            return ()
        own = self._resources[str(resource["Ref"])]
        return (*self._path(own["ParentId"]), own["PathPart"])

    def _arrival(self, method: Properties) -> Arrival:
        uri = str(method["Integration"].get("Uri", ""))
        functions = self._template.resources("AWS::Lambda::Function")
        package = next((package_of(f) for name, f in functions.items() if f"'{name}'" in uri), "")
        return Arrival(package, method["AuthorizationType"])


def _fits(pattern: tuple[str, ...], segments: tuple[str, ...]) -> bool:
    if pattern and pattern[-1] == GREEDY:
        return len(segments) >= len(pattern) and _fits(pattern[:-1], segments[: len(pattern) - 1])
    return len(pattern) == len(segments) and all(
        p.startswith("{") or p == s for p, s in zip(pattern, segments, strict=True)
    )


def _rank(pattern: tuple[str, ...], length: int) -> tuple[int, ...]:
    weights = [2 if part == GREEDY else 1 if part.startswith("{") else 0 for part in pattern]
    return (*weights, *[2] * (length - len(weights)))
