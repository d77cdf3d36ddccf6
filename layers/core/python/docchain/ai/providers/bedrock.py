"""Amazon Bedrock, through botocore: no key, but the function's own role."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from docchain import aws
from docchain.ai.errors import ProviderAnswerInvalid, ProviderTimeout, ProviderUnavailable
from docchain.ai.models import Answer, Delta, Embeddings, Usage
from docchain.ai.provider import Capabilities, ChatRequest, EmbedRequest
from docchain.ai.providers.faults import fault_of
from docchain.ai.providers.writing import Writing, milliseconds_since

EMBEDS_AT_ONCE: Final = 16
# botocore has no timeout of a call, only of a client; one is made for each of these, and kept.
ATTEMPTS_SECONDS: Final = (1, 5, 15, 25, 40, 60, 120)
REASONS: Final = {"end_turn": "stop", "stop_sequence": "stop", "tool_use": "stop", "max_tokens": "length"}
ANSWER_TOOL: Final = "answer"
_STATUS: Final = {"throttlingException": 429, "validationException": 400}


class BedrockProvider:
    """Structured answers are asked for as the input of a tool, which models of each family know."""

    def __init__(self, *, endpoint: str | None = None, name: str = "bedrock") -> None:
        self._endpoint = endpoint
        self.name = name
        self.capabilities = Capabilities(embeds_at_once=EMBEDS_AT_ONCE)

    def generate(self, request: ChatRequest) -> Answer:
        started = time.monotonic()
        with self._faults():
            answer: Any = self._client(request.seconds).converse(**_asked(request))
            blocks = answer["output"]["message"]["content"]
            usage = Usage(answer["usage"]["inputTokens"], answer["usage"]["outputTokens"], milliseconds_since(started))
            return Answer(
                text="".join(_text(block) for block in blocks),
                provider=self.name,
                model=request.model,
                method="generative",
                usage=usage,
                finish_reason=_reason(answer["stopReason"]),
            )

    def structured(self, request: ChatRequest) -> Answer:
        return self.generate(request)

    def stream(self, request: ChatRequest) -> Iterator[Delta]:
        writing = Writing(self.name, request.model)
        with self._faults():
            answer: Any = self._client(request.seconds).converse_stream(**_asked(request))
            for event in answer["stream"]:
                match event:
                    case {"contentBlockDelta": {"delta": delta}}:
                        if text := delta.get("text") or delta.get("toolUse", {}).get("input"):
                            yield writing.add(text)
                    case {"messageStop": {"stopReason": reason}}:
                        writing.finish_reason = _reason(reason)
                    case {"metadata": {"usage": usage}}:
                        writing.input_tokens, writing.output_tokens = usage["inputTokens"], usage["outputTokens"]
        yield writing.end()

    def embed(self, request: EmbedRequest) -> Embeddings:
        """Cohere's models take all texts at once, Amazon's one at a time."""
        started = time.monotonic()
        with self._faults():
            client: Any = self._client(request.seconds)
            if request.model.startswith("cohere."):
                kind = {"document": "search_document", "query": "search_query"}[request.purpose]
                told, tokens = _invoke(client, request.model, {"texts": list(request.texts), "input_type": kind})
                found, counted = told["embeddings"], tokens
            else:
                size = {"dimensions": request.dimensions} if request.dimensions else {}
                answers = [_invoke(client, request.model, {"inputText": text, **size}) for text in request.texts]
                found, counted = [told["embedding"] for told, _ in answers], sum(tokens for _, tokens in answers)
            vectors = tuple(tuple(map(float, vector)) for vector in found)
        if len(vectors) != len(request.texts):
            raise ProviderAnswerInvalid(
                f"{self.name} answered with {len(vectors)} vectors for {len(request.texts)} texts"
            )
        usage = Usage(counted, 0, milliseconds_since(started))
        return Embeddings(vectors, self.name, request.model, len(vectors[0]), usage)

    def _client(self, seconds: float) -> Any:
        fitting = [known for known in ATTEMPTS_SECONDS if known <= seconds]
        return aws.bedrock_runtime(self._endpoint, fitting[-1] if fitting else ATTEMPTS_SECONDS[0])

    @contextmanager
    def _faults(self) -> Iterator[None]:
        from botocore.eventstream import ParserError
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
            ConnectTimeoutError,
            EventStreamError,
            ReadTimeoutError,
        )
        from botocore.parsers import ResponseParserError
        from urllib3.exceptions import HTTPError
        from urllib3.exceptions import ReadTimeoutError as ReadTimedOut

        name = self.name
        try:
            yield
        except EventStreamError as error:  # a ClientError as well, without a status
            raise fault_of(name, _STATUS.get(error.response["Error"]["Code"], 500), {}) from None
        except ClientError as error:
            told: Mapping[str, Any] = error.response.get("ResponseMetadata", {})
            raise fault_of(name, told.get("HTTPStatusCode", 500), told.get("HTTPHeaders", {})) from None
        except (ReadTimeoutError, ConnectTimeoutError, ReadTimedOut):
            raise ProviderTimeout(f"{name} did not answer in time") from None
        except (ResponseParserError, ParserError, ValueError, KeyError, TypeError, AttributeError):
            # botocore reads an answer without looking at its shape.
            raise ProviderAnswerInvalid(f"{name} answered with something that is not its protocol") from None
        except (BotoCoreError, HTTPError, OSError):
            raise ProviderUnavailable(f"{name} cannot be reached") from None


def _asked(request: ChatRequest) -> dict[str, Any]:
    turns = [{"role": turn.role, "content": [{"text": turn.text}]} for turn in request.history]
    asked: dict[str, Any] = {
        "modelId": request.model,
        "messages": [*turns, {"role": "user", "content": [{"text": request.user}]}],
        "inferenceConfig": {"maxTokens": request.max_tokens, "temperature": min(1.0, request.temperature)},
    }
    if request.system:
        asked["system"] = [{"text": request.system}]
    if request.schema is not None:
        tool = {"name": ANSWER_TOOL, "description": "Takes the answer.", "inputSchema": {"json": request.schema}}
        asked["toolConfig"] = {"tools": [{"toolSpec": tool}], "toolChoice": {"tool": {"name": ANSWER_TOOL}}}
    return asked


def _text(block: dict[str, Any]) -> str:
    if "toolUse" in block:
        return json.dumps(block["toolUse"]["input"], ensure_ascii=False)
    text: str = block.get("text", "")
    return text


def _reason(told: str) -> str:
    return REASONS.get(told, "content_filter")


def _invoke(client: Any, model: str, body: dict[str, Any]) -> tuple[dict[str, Any], int]:
    answer = client.invoke_model(modelId=model, body=json.dumps(body), contentType="application/json")
    told: dict[str, Any] = json.loads(answer["body"].read())
    counted = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amzn-bedrock-input-token-count")
    return told, int(counted or told.get("inputTextTokenCount", 0))
