"""All that the AI steps need from the world."""

from dataclasses import replace
from functools import cache, partial

from docchain import aws
from docchain.ai.models import ProviderSettings
from docchain.encryption.data_keys import DataKeys
from docchain.encryption.fields import FieldEncryption
from docchain.steps.settings import StepSettings, build_world
from docchain.steps.world import StepWorld
from docchain.storage.table import Table
from docchain.vault.opening import Vault
from functions.steps.ai import workers
from functions.steps.ai.extracting import extract
from functions.steps.ai.tenant_keys import TenantKeys
from functions.steps.ai.translating import translate


class Settings(StepSettings):
    """``openai_api_key_secret`` names a secret in Secrets Manager, empty for none; the key itself is never a setting.

    ``local_base_url`` is an OpenAI-compatible server of one's own, empty for none.
    """

    openai_api_key_secret: str
    openai_base_url: str
    openai_model: str
    local_base_url: str
    local_model: str
    allow_fallback: bool
    vault_table: str
    data_key: str
    rsa2048_key: str
    rsa4096_key: str


@cache
def tenant_keys() -> TenantKeys:
    s = Settings()
    keys = DataKeys(aws.kms(), s.data_key, {"rsa2048": s.rsa2048_key, "rsa4096": s.rsa4096_key})
    return TenantKeys(Vault(Table(aws.dynamodb(), s.vault_table), FieldEncryption(keys)))


def providers(tenant_id: str, asked: str) -> ProviderSettings:
    """With the tenant's own key, when it has one in its vault."""
    ours = stage_providers()
    own = tenant_keys().find(tenant_id) if asked == "openai" else None
    return replace(ours, openai_api_key=own) if own else ours


@cache
def stage_providers() -> ProviderSettings:
    s = Settings()
    key = None
    if s.openai_api_key_secret:
        key = aws.secretsmanager().get_secret_value(SecretId=s.openai_api_key_secret)["SecretString"].strip() or None
    return ProviderSettings(
        openai_api_key=key,
        openai_base_url=s.openai_base_url or None,
        openai_model=s.openai_model,
        local_base_url=s.local_base_url or None,
        local_model=s.local_model,
        allow_fallback=s.allow_fallback,
    )


@cache
def world() -> StepWorld:
    return build_world(
        Settings(),
        {
            "ai_summarize": partial(workers.summarize, providers),
            "ai_analyze": partial(workers.analyze, providers),
            "ai_generate": partial(workers.generate, providers),
            "ai_translate": partial(translate, providers),
            "ai_extract": partial(extract, providers),
        },
    )
