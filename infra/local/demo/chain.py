"""The demo's workflow: reads a document, summarises and analyses it, and writes a brief in its own language."""

from typing import Any

BRIEF = """\
# {title}

{{{{ nodes.read.title }}}}, {{{{ nodes.read.pages | length }}}} {pages}, {{{{ nodes.read.words }}}} {words}.

## {summary}

{{{{ nodes.summary.text }}}}

## {keywords}

{{% for keyword in nodes.analysis.keywords %}}- {{{{ keyword.text }}}}
{{% endfor %}}

## {facts}

| {kind} | {found} |
|---|---|
{{% for entity in nodes.analysis.entities['items'] %}}| {{{{ entity.type }}}} | {{{{ entity.text }}}} |
{{% endfor %}}
"""
ENGLISH = BRIEF.format(
    title="Brief",
    pages="pages",
    words="words",
    summary="Summary",
    keywords="Key terms",
    facts="Facts found",
    kind="Kind",
    found="In the document",
)
SPANISH = BRIEF.format(
    title="Informe breve",
    pages="páginas",
    words="palabras",
    summary="Resumen",
    keywords="Términos clave",
    facts="Datos encontrados",
    kind="Tipo",
    found="En el documento",
)

WORKFLOW: dict[str, Any] = {
    "name": "Document brief",
    "description": "Reads a document and writes a one-page brief in its language, as PDF.",
    "nodes": [
        {"name": "Read", "node_type": "document_extract"},
        {
            "name": "Summary",
            "node_type": "ai_summarize",
            "config": {"max_sentences": 5},
            "depends_on": ["read"],
        },
        {
            "name": "Analysis",
            "node_type": "ai_analyze",
            "config": {"analyses": ["language", "sentiment", "keywords", "entities"]},
            "depends_on": ["read"],
        },
        {
            "name": "Is Spanish",
            "node_type": "condition",
            "config": {"expression": "nodes.analysis.language = 'es'"},
            "depends_on": ["analysis"],
        },
        {
            "name": "Informe",
            "node_type": "document_template",
            "config": {"template": SPANISH},
            "depends_on": ["summary", "is_spanish:true"],
        },
        {
            "name": "Brief",
            "node_type": "document_template",
            "config": {"template": ENGLISH},
            "depends_on": ["summary", "is_spanish:false"],
        },
        {
            "name": "PDF",
            "node_type": "document_render",
            "config": {
                "source": "{{ nodes.brief.text if nodes.brief else nodes.informe.text }}",
                "format": "pdf",
                "filename": "brief.pdf",
            },
            "depends_on": ["informe", "brief"],
        },
    ],
}
