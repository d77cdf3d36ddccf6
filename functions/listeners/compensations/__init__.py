"""The end of a run, where nodes of it name what undoes them."""
