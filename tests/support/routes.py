"""Every route of the whole API with the real handler behind it, and requests that reach its code."""

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from fastapi.routing import APIRoute
from pydantic import BaseModel

from docchain.auth.caller import Caller
from infra.openapi import access_of, group_names, routers
from tests.support.rest import a_context, rest_event

_PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")


@dataclass(frozen=True)
class Route:
    group: str
    method: str
    path: str
    route: APIRoute

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def access(self) -> str:
        access = access_of(self.route)
        assert access is not None, f"{self} does not say who may call it"
        return access

    @property
    def parameters(self) -> list[str]:
        return _PARAMETER.findall(self.path)

    def at(self, values: Mapping[str, object]) -> str:
        return _PARAMETER.sub(lambda found: str(values[found[1]]), self.path)

    @property
    def example(self) -> Any:
        """The example of the body's own schema; ``None`` where there is no body in JSON."""
        for field in self.route.dependant.body_params:
            for model in (field.field_info.annotation, *get_args(field.field_info.annotation)):
                if isinstance(model, type) and issubclass(model, BaseModel):
                    return model.model_json_schema()["examples"][0]
        return None

    def call(self, caller: Caller | None, path: str, body: Any = None) -> tuple[int, str]:
        """Status and the body as text: some answer with pages and files."""
        answer = _handler(self.group)(rest_event(self.method, path, body, caller), a_context())
        return answer["statusCode"], answer["body"] or ""


@cache
def every_route() -> tuple[Route, ...]:
    return tuple(
        Route(group, method, found.path, found)
        for group in group_names()
        for router in routers(group)
        for found in router.routes
        if isinstance(found, APIRoute)
        for method in sorted(found.methods or ())
    )


@cache
def _handler(group: str) -> Any:
    return importlib.import_module(f"functions.api.{group}.handler").handler
