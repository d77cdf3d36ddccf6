"""Every day: state machines that nothing ran on for a month, and documents beyond their tenant's retention, go."""
