"""Who may answer a question, in their order, and how each is reached: with the tenant's own key, else the stage's."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pydantic import BaseModel, ConfigDict

from docchain.ai.errors import InvalidRequest, ProviderNotConfigured
from docchain.ai.keys import Keys
from docchain.ai.provider import Provider
from docchain.outbound.policy import Policy

STAGE: Final = "_system"
"""Owner of what the stage's own credentials reach."""
KEYED: Final = ("openai", "anthropic", "google")
PROVIDERS: Final = (*KEYED, "bedrock", "openai_compatible", "local")
_CONNECTIONS_MOST: Final = 64


class ProviderConfig(BaseModel):
    """What a stage says of a provider. ``key_secret`` names a secret in Secrets Manager: a key is never a setting."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = ""
    embedding_model: str = ""
    base_url: str = ""
    key_secret: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    provider: str
    model: str

    @property
    def name(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class Reached:
    """``secrets`` are what it is reached with: they leave for nobody else."""

    provider: Provider
    owner: str
    secrets: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Directory:
    """``fallbacks`` are the stage's, each ``provider`` or ``provider/model``; empty for none."""

    configs: dict[str, ProviderConfig]
    keys: Keys
    policy: Policy
    default: str
    fallbacks: tuple[str, ...] = ()
    _connections: dict[tuple[str, ...], Provider] = field(default_factory=dict, repr=False)

    def wanted(self, provider: str | None, model: str | None, fallbacks: tuple[str, ...] | None) -> list[Wanted]:
        """Raises ``InvalidRequest`` for a provider that is not known."""
        first = provider or self.default
        order = [(first, model or "")]
        order += [_split(entry) for entry in (self.fallbacks if fallbacks is None else fallbacks)]
        found = [Wanted(name, asked or self.config(name).model) for name, asked in order]
        return list(dict.fromkeys(found))

    def config(self, name: str) -> ProviderConfig:
        if name not in PROVIDERS:
            raise InvalidRequest(f"the provider {name!r} is not known; there are: {', '.join(PROVIDERS)}")
        return self.configs.get(name, ProviderConfig())

    def reach(self, tenant_id: str, name: str) -> Reached:
        """Raises ``ProviderNotConfigured`` with what to configure."""
        config = self.config(name)
        if name in KEYED:
            return self._by_key(tenant_id, name, config)
        if name == "openai_compatible":
            return self._compatible(tenant_id, config)
        if name == "bedrock":
            if not (config.model or config.embedding_model):
                raise ProviderNotConfigured("bedrock is not configured: deploy the stage with -c bedrock_model=…")
            return Reached(self._connected(name, config.base_url), STAGE)
        return Reached(self._connected(name, config.base_url), STAGE)

    def _by_key(self, tenant_id: str, name: str, config: ProviderConfig) -> Reached:
        own = self.keys.of_tenant(tenant_id, f"{name}_api_key")
        key = own or self.keys.of_stage(config.key_secret)
        if not key:
            raise ProviderNotConfigured(
                f"{name} has no key: store one in the vault as {name}_api_key, set the stage's secret, or ask the "
                "provider 'local'"
            )
        return Reached(self._connected(name, config.base_url, key), tenant_id if own else STAGE, (key,))

    def _compatible(self, tenant_id: str, config: ProviderConfig) -> Reached:
        """A tenant's address goes past the guard, and never gets the stage's key."""
        address = self.keys.of_tenant(tenant_id, "openai_compatible_base_url")
        if address:
            key = self.keys.of_tenant(tenant_id, "openai_compatible_api_key") or ""
            return Reached(self._connected("openai_compatible", address, key, "guarded"), tenant_id, (key,))
        if not config.base_url:
            raise ProviderNotConfigured(
                "openai_compatible has no server: store its base URL in the vault as openai_compatible_base_url, and "
                "its key, if it wants one, as openai_compatible_api_key"
            )
        key = self.keys.of_stage(config.key_secret) or ""
        return Reached(self._connected("openai_compatible", config.base_url, key), STAGE, (key,))

    def _connected(self, name: str, base_url: str, key: str = "", how: str = "") -> Provider:
        """Made once per address and key: a connection that is open answers sooner."""
        place = (name, base_url, hashlib.sha256(key.encode()).hexdigest(), how)
        if place not in self._connections:
            if len(self._connections) >= _CONNECTIONS_MOST:
                self._connections.clear()
            self._connections[place] = _MAKERS[name](base_url or None, key, self.policy if how else None)
        return self._connections[place]


def _split(entry: str) -> tuple[str, str]:
    provider, _, model = entry.partition("/")
    return provider, model


def _openai(base_url: str | None, key: str, _: Policy | None) -> Provider:
    from docchain.ai.providers.openai import OpenAIProvider

    return OpenAIProvider(api_key=key, base_url=base_url)


def _anthropic(base_url: str | None, key: str, _: Policy | None) -> Provider:
    from docchain.ai.providers.anthropic import AnthropicProvider

    return AnthropicProvider(api_key=key, base_url=base_url)


def _google(base_url: str | None, key: str, _: Policy | None) -> Provider:
    from docchain.ai.providers.google import GoogleProvider

    return GoogleProvider(api_key=key, base_url=base_url)


def _bedrock(base_url: str | None, _key: str, _: Policy | None) -> Provider:
    from docchain.ai.providers.bedrock import BedrockProvider

    return BedrockProvider(endpoint=base_url)


def _compatible(base_url: str | None, key: str, guard: Policy | None) -> Provider:
    from docchain.ai.providers.openai_compatible import OpenAICompatibleProvider

    return OpenAICompatibleProvider(base_url=base_url or "", api_key=key, guard=guard)


def _local(base_url: str | None, _key: str, _: Policy | None) -> Provider:
    from docchain.ai.providers.local import LocalProvider

    return LocalProvider(base_url=base_url)


_MAKERS: Final[dict[str, Callable[[str | None, str, Policy | None], Provider]]] = {
    "openai": _openai,
    "anthropic": _anthropic,
    "google": _google,
    "bedrock": _bedrock,
    "openai_compatible": _compatible,
    "local": _local,
}
