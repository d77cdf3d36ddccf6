"""Who is connected, in which rooms, what was said there, and how it reaches them."""
