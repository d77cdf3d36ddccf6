"""Where a document's card lies, for those who keep something that must not outlive it."""


def card_key(tenant_id: str, document_id: str) -> tuple[str, str]:
    return f"{tenant_id}#document#{document_id}", "document"
