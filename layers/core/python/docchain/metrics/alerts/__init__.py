"""Rules over metrics that fire and resolve, each change told once."""
