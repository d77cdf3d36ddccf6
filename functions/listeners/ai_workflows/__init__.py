"""What happens in the runs of AI workflows is carried to their cards, and counted for what is learnt from it."""
