"""The worker of AI nodes: summarise, analyse, generate, translate, extract."""
