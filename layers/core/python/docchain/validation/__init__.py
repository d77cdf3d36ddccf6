"""Data checked against rules that the caller gives: what is checked is bounded, whatever the rules say."""
