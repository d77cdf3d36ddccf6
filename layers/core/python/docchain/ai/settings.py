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
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.fields import FieldEncryption
from docchain.outbound.policy import policy_of
from docchain.storage.table import Table
from docchain.vault.opening import Vault


class AiSettings(CacheSettings):
    """``ai_providers`` is JSON: what the stage says of each provider. ``ai_fallbacks``: comma-joined, empty for none.

    ``ai_tokens_per_minute`` and ``ai_calls_at_a_time`` are each tenant's, over all paid models.
    """

    ai_providers: dict[str, ProviderConfig]
    ai_default: str
    ai_fallbacks: str
    ai_tokens_per_minute: int
    ai_calls_at_a_time: int
    limits_table: str
    vault_table: str
    data_key: str
    rsa2048_key: str
    rsa4096_key: str
    outbound_plain_http: bool
    outbound_loopback_ports: str


def build_gateway(settings: AiSettings, *, used_for: str, cache: AnswerCache | None = None) -> Gateway:
    """``used_for`` is told where a tenant's key is used: the room (``steps/ai``)."""
    s = settings
    data_keys = DataKeys(aws.kms(), s.data_key, {"rsa2048": s.rsa2048_key, "rsa4096": s.rsa4096_key})
    vault = Vault(Table(aws.dynamodb(), s.vault_table), FieldEncryption(data_keys))
    limits = Table(aws.dynamodb(), s.limits_table)
    directory = Directory(
        configs=s.ai_providers,
        keys=Keys(vault, _secret_of_stage, used_for),
        policy=policy_of(s.outbound_plain_http, s.outbound_loopback_ports),
        default=s.ai_default,
        fallbacks=tuple(filter(None, s.ai_fallbacks.split(","))),
    )
    allowance = Allowance(s.ai_tokens_per_minute, s.ai_calls_at_a_time)
    return Gateway(directory, Guard(Breaker(limits), ModelLimits(limits, allowance)), cache)


def _secret_of_stage(name: str) -> str:
    return aws.secretsmanager().get_secret_value(SecretId=name)["SecretString"]
