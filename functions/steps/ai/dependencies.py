"""All that the AI steps need from the world."""

from functools import cache, partial

from docchain import aws
from docchain.ai.models import ProviderSettings
from docchain.steps.settings import StepSettings, build_world
from docchain.steps.world import StepWorld
from functions.steps.ai import workers


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


@cache
def providers() -> ProviderSettings:
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
        },
    )
