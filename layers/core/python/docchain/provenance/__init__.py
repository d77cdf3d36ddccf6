"""Provenance: what a document was made from, by which nodes, prompts and models, back to where it began."""
