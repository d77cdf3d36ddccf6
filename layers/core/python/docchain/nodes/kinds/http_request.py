"""http_request: one call of an address outside, with a key by which its receiver can know it again."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self
from warnings import catch_warnings, simplefilter

from pydantic import Field, model_validator

from docchain.nodes.kind import EffectClass, NodeKind, Parameters

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
# Asking changes nothing at the receiver (RFC 9110, 9.2.1), so it may be asked again.
SAFE_METHODS = frozenset({"GET", "HEAD"})
SECONDS_MOST = 60
Scalar = str | int | float | bool

with catch_warnings():
    simplefilter("ignore", UserWarning)  # pydantic once had a method ``json``; authors write what the field is called

    class HttpRequest(Parameters):
        """A header's value may be ``vault:name``, or ``Bearer vault:name``: the secret is put in as it is sent."""

        url: str = Field(min_length=1, max_length=8_000)
        method: Method = "GET"
        headers: dict[str, str] = Field(default_factory=dict, max_length=50)
        query: dict[str, Scalar] = Field(default_factory=dict, max_length=100)
        json: Any = None
        body: str | None = Field(default=None, max_length=1_000_000)
        form: dict[str, Scalar] | None = Field(default=None, max_length=200)
        expect_status: list[Annotated[int, Field(ge=100, le=599)]] | None = Field(
            default=None, min_length=1, max_length=50, description="Statuses that are a success; absent: 200 to 299."
        )
        timeout_seconds: int = Field(default=30, ge=1, le=SECONDS_MOST)
        effect: Literal["keyed", "once"] = Field(
            default="keyed",
            description="keyed: the receiver knows a repetition by its Idempotency-Key. once: it does not, "
            "so nothing is sent twice, and a person decides when nobody knows whether it arrived.",
        )

        @model_validator(mode="after")
        def _has_one_body(self) -> Self:
            given = [name for name in ("json", "body", "form") if getattr(self, name) is not None]
            if len(given) > 1:
                raise ValueError(f"give one of json, body and form, not {' and '.join(given)}")
            if given and self.method in SAFE_METHODS:
                raise ValueError(f"a {self.method} has no {given[0]}")
            return self


def effect_of(config: Mapping[str, Any]) -> EffectClass:
    if config.get("method", "GET") in SAFE_METHODS:
        return "pure"
    return "once" if config.get("effect") == "once" else "keyed"


KIND = NodeKind(
    name="http_request",
    title="Call an HTTP address",
    parameters=HttpRequest,
    form="task",
    family="effect",
    effect="keyed",
    effect_of=effect_of,
    templates=("url", "headers", "query", "json", "body", "form"),
    makes_text=False,
    timeout_seconds=90,
    facts={"status": "number", "ok": "boolean"},
)
