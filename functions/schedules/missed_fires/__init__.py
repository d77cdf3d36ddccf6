"""Every minute: schedules that were due and did not fire, and fires that nobody looks after."""
