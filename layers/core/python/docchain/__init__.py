"""The nouns of Document Workflow Chain: what each thing is, how it is kept, and its errors."""
