"""AI workflows: chains of AI steps, their templates, their figures, and what was learnt from them."""
