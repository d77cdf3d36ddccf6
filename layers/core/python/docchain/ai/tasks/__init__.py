"""What can be asked of the AI beside a workflow: each task with its question, its answer and its bounds."""
