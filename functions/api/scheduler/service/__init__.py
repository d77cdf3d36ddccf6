"""The rules behind the routes of the scheduler. Orders leave before what they are for is written: they are hints."""
