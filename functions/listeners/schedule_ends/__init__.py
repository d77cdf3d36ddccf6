"""A run or a task has ended: the schedule that started it learns how."""
