"""What reports say: each makes Markdown, and the figures that it is about, from the figures that are counted."""
