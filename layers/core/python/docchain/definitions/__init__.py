"""A workflow's definition: what it is, what its graph says, and what can be wrong with it before it runs."""
