"""Gateways for tests: real ones, whose providers are peers on this machine, without waiting between tries."""

from typing import Any

from docchain.ai.answer_cache import AnswerCache
from docchain.ai.breaker import Breaker
from docchain.ai.gateway import Gateway
from docchain.ai.guarding import Guard
from docchain.ai.keys import Keys
from docchain.ai.limits import Allowance, ModelLimits
from docchain.ai.retrying import Retrying
from docchain.ai.targets import Directory, ProviderConfig
from docchain.outbound.policy import Policy
from docchain.storage.table import Table

KEY = "sk-test-5d1c0f1e8a77"
MODELS = {
    "openai": ("gpt-4.1-mini", "text-embedding-3-small"),
    "anthropic": ("claude-haiku-4-5", ""),
    "google": ("gemini-2.5-flash", "gemini-embedding-001"),
    "bedrock": ("amazon.nova-lite-v1:0", "amazon.titan-embed-text-v2:0"),
    "openai_compatible": ("llama", "nomic"),
    "local": ("SmolLM2-135M-Instruct", ""),
}


def a_gateway(
    *,
    keys: dict[str, str] | None = None,
    default: str = "openai",
    fallbacks: tuple[str, ...] = (),
    table: Table | None = None,
    tokens_per_minute: int = 1_000_000,
    calls_at_a_time: int = 100,
    attempts: int = 3,
    sleep: Any = None,
    cache: AnswerCache | None = None,
    policy: Policy | None = None,
    vault: Any = None,
    **base_urls: str,
) -> Gateway:
    """``openai="http://…"`` configures a provider at that address, with the key ``KEY`` unless ``keys`` says else."""
    named = dict.fromkeys(base_urls, KEY) if keys is None else keys
    configs = {
        name: ProviderConfig(
            model=MODELS[name][0],
            embedding_model=MODELS[name][1],
            base_url=address,
            key_secret=name if name in named else "",
        )
        for name, address in base_urls.items()
    }
    directory = Directory(configs, Keys(vault, named.__getitem__, "tests"), policy or Policy(), default, fallbacks)
    slept = sleep or (lambda seconds: None)
    limits = ModelLimits(table, Allowance(tokens_per_minute, calls_at_a_time))
    return Gateway(directory, Guard(Breaker(table), limits, Retrying(attempts, sleep=slept)), cache)
