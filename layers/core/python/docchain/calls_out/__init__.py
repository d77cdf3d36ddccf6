"""Calls of addresses that authors of workflows name: secrets put in, answers masked, and how sure it is."""
