"""Any server that speaks OpenAI's protocol (Ollama, llama.cpp, LM Studio, vLLM), where its owner says it is."""

from docchain.ai.provider import Capabilities
from docchain.ai.providers.openai import EMBEDS_AT_ONCE, OpenAIProvider
from docchain.outbound.policy import Policy


class OpenAICompatibleProvider(OpenAIProvider):
    """``guard`` is ``None`` only for an address that the stage's operator configured; a tenant's is guarded."""

    def __init__(
        self, *, base_url: str, api_key: str = "", guard: Policy | None, name: str = "openai_compatible"
    ) -> None:
        import httpx2

        from docchain.ai.providers.guarded import GuardedTransport

        client = httpx2.Client(transport=GuardedTransport(guard), follow_redirects=False) if guard else None
        super().__init__(
            api_key=api_key or "not-needed",  # the SDK insists on one
            base_url=base_url,
            name=name,
            bound="max_tokens",
            # What its tokens cost is known to its owner only: no listed price, which is not the same as free.
            capabilities=Capabilities(embeds_at_once=EMBEDS_AT_ONCE),
            http_client=client,
        )
