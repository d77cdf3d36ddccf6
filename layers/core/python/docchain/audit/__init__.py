"""Who did what to which thing, when and from where: per tenant one chain of entries that shows whether it was touched."""
