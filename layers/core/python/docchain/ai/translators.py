"""Who may be asked for a translation: only models of a provider, since what runs here cannot do it honestly."""

from typing import Final

from docchain.ai.errors import ProviderNotConfigured
from docchain.ai.gateway import Gateway
from docchain.ai.targets import PROVIDERS

LOCAL: Final = "local"
_HOW: Final = (
    "Nothing that runs here by itself can translate: store a provider's key in the vault (openai_api_key, "
    "anthropic_api_key, google_api_key), or the address of a server with a larger model as openai_compatible_base_url"
)


def translators(
    gateway: Gateway, tenant_id: str, provider: str | None, fallbacks: tuple[str, ...] | None
) -> tuple[str, ...]:
    """In the order of asking. ``provider``: who was named; ``fallbacks``: ``None`` for those of the stage.

    Raises ``ProviderNotConfigured`` with what to configure.
    """
    directory = gateway.directory
    allowed = directory.fallbacks if fallbacks is None else fallbacks
    first = provider or directory.default
    named = dict.fromkeys((first, *allowed))
    asked = tuple(name for name in named if name.partition("/")[0] != LOCAL)
    if provider != LOCAL and any(_is_configured(gateway, tenant_id, name) for name in asked):
        return asked
    found = next((name for name in PROVIDERS if name != LOCAL and _is_configured(gateway, tenant_id, name)), None)
    if provider is not None or found is None:
        raise ProviderNotConfigured(_HOW)
    return found, *asked


def _is_configured(gateway: Gateway, tenant_id: str, name: str) -> bool:
    try:
        gateway.directory.reach(tenant_id, name.partition("/")[0])
    except ProviderNotConfigured:
        return False
    return True
