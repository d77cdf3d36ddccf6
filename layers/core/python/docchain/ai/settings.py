"""The environment of a function that asks models, and the gateway built from it."""

from docchain import aws
from docchain.ai.answer_cache import AnswerCache
from docchain.ai.breaker import Breaker
from docchain.ai.gateway import Gateway
from docchain.ai.guarding import Guard
from docchain.ai.keys import Keys
from docchain.ai.limits import Allowance, ModelLimits
from docchain.ai.targets import Directory, ProviderConfig
from docchain.cache.settings import CacheSettings
from docchain.outbound.settings import OutboundSettings
from docchain.storage.table import Table
from docchain.vault.settings import VaultSettings, build_vault


class AiSettings(CacheSettings, OutboundSettings, VaultSettings):
    """``ai_providers`` is JSON: what the stage says of each provider. ``ai_fallbacks``: comma-joined, empty for none.

    ``ai_tokens_per_minute`` and ``ai_calls_at_a_time`` are each tenant's, over all paid models.
    """

    ai_providers: dict[str, ProviderConfig]
    ai_default: str
    ai_fallbacks: str
    ai_tokens_per_minute: int
    ai_calls_at_a_time: int
    limits_table: str


def build_gateway(settings: AiSettings, *, used_for: str, cache: AnswerCache | None = None) -> Gateway:
    """``used_for`` is told where a tenant's key is used: the room (``steps/ai``)."""
    s = settings
    limits = Table(aws.dynamodb(), s.limits_table)
    directory = Directory(
        configs=s.ai_providers,
        keys=Keys(build_vault(s), _secret_of_stage, used_for),
        policy=s.policy(),
        default=s.ai_default,
        fallbacks=tuple(filter(None, s.ai_fallbacks.split(","))),
    )
    allowance = Allowance(s.ai_tokens_per_minute, s.ai_calls_at_a_time)
    return Gateway(directory, Guard(Breaker(limits), ModelLimits(limits, allowance)), cache)


def _secret_of_stage(name: str) -> str:
    return aws.secretsmanager().get_secret_value(SecretId=name)["SecretString"]
