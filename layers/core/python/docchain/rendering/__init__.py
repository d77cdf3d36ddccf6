"""Writing documents from Markdown: pdf, docx and html, the same bytes for the same text."""
