"""Models, for functions that ask them."""

import json

from aws_cdk import ArnFormat, Stack

from infra.constructs.python_function import Platform, PythonFunction
from infra.functions import grants
from infra.functions.caching import cache_environment, let_cache
from infra.stacks.data import Data
from infra.stage import Models

ANY_MODEL = "which model of Bedrock answers is said by each node and request"


def models_environment(platform: Platform, data: Data) -> dict[str, str]:
    """The fields of ``AiSettings``."""
    models = platform.stage.models
    return {
        **cache_environment(platform, data),
        "AI_PROVIDERS": json.dumps(providers_of(models), sort_keys=True),
        "AI_DEFAULT": models.default_provider,
        "AI_FALLBACKS": ",".join(models.fallbacks) if models.allow_fallback else "",
        "AI_TOKENS_PER_MINUTE": str(models.tokens_per_minute),
        "AI_CALLS_AT_A_TIME": str(models.calls_at_a_time),
        "LIMITS_TABLE": data.limits.table_name,
        "VAULT_TABLE": data.vault.table_name,
        "DATA_KEY": data.data_key.key_id,
        "RSA2048_KEY": data.rsa_key_id(2048),
        "RSA4096_KEY": data.rsa_key_id(4096),
        "OUTBOUND_PLAIN_HTTP": str(platform.stage.outbound_plain_http).lower(),
        "OUTBOUND_LOOPBACK_PORTS": ",".join(map(str, platform.stage.outbound_loopback_ports)),
    }


def let_ask_models(function: PythonFunction, platform: Platform, data: Data) -> None:
    """Keys out of the vault or Secrets Manager, circuits and limits in their table, answers in the cache, Bedrock by
    the function's role.
    """
    stack, models = Stack.of(function), platform.stage.models
    grants.on_tables(function, ("GetItem", *grants.WRITE), data.limits)
    let_cache(function, platform, data)
    grants.open_secrets(function, data.vault, [data.data_key, *data.rsa_keys.values()])
    for secret in sorted({config["key_secret"] for config in providers_of(models).values()} - {""}):
        grants.read_secret(function, stack, secret)
    if models.bedrock_model or models.bedrock_embedding_model:
        kinds = (("", "foundation-model"), (stack.account, "inference-profile"))
        arns = [
            stack.format_arn(
                service="bedrock",
                region="*",  # a profile answers from several
                account=account,
                resource=kind,
                resource_name="*",
                arn_format=ArnFormat.SLASH_RESOURCE_NAME,
            )
            for account, kind in kinds
        ]
        calls = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
        grants.allow(function, calls, arns, because=ANY_MODEL)


def providers_of(models: Models) -> dict[str, dict[str, str]]:
    """As ``docchain.ai.targets.ProviderConfig`` has them."""

    def config(model: str, embedding_model: str = "", base_url: str = "", key_secret: str = "") -> dict[str, str]:
        return {"model": model, "embedding_model": embedding_model, "base_url": base_url, "key_secret": key_secret}

    return {
        "openai": config(
            models.openai_model, models.openai_embedding_model, models.openai_base_url, models.openai_secret
        ),
        "anthropic": config(models.anthropic_model, "", "", models.anthropic_secret),
        "google": config(models.google_model, models.google_embedding_model, "", models.google_secret),
        "bedrock": config(models.bedrock_model, models.bedrock_embedding_model),
        "openai_compatible": config(models.compatible_model, "", models.compatible_base_url, models.compatible_secret),
        "local": config(models.local_model, "", models.local_base_url),
    }


def default_models(models: Models) -> str:
    """``provider/model`` of each, comma-joined; the first is who is asked when nobody is named."""
    named = {name: config["model"] for name, config in providers_of(models).items() if config["model"]}
    first = models.default_provider
    order = [first, *(name for name in named if name != first)]
    return ",".join(f"{name}/{named.get(name, '')}" for name in order)
