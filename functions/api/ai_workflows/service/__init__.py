"""The rules behind the routes of AI workflows."""
