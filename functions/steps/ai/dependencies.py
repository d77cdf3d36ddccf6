"""All that the AI steps need from the world."""

from functools import cache, partial

from docchain.ai.answer_cache import AnswerCache
from docchain.ai.gateway import Gateway
from docchain.ai.settings import AiSettings, build_gateway
from docchain.cache.settings import the_cache
from docchain.steps.settings import StepSettings, build_world
from docchain.steps.world import StepWorld
from functions.steps.ai import workers
from functions.steps.ai.extracting import extract
from functions.steps.ai.translating import translate


class Settings(StepSettings, AiSettings):
    """Tables and bucket of a run, and how models are asked."""


@cache
def gateway() -> Gateway:
    return build_gateway(Settings(), used_for="steps/ai", cache=AnswerCache(the_cache()))


@cache
def world() -> StepWorld:
    asked = gateway()
    return build_world(
        Settings(),
        {
            "ai_summarize": partial(workers.summarize, asked),
            "ai_analyze": partial(workers.analyze, asked),
            "ai_generate": partial(workers.generate, asked),
            "ai_translate": partial(translate, asked),
            "ai_extract": partial(extract, asked),
        },
    )
