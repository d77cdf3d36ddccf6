"""Every day: state machines that nothing ran on for a month are deleted; launching makes them again."""
