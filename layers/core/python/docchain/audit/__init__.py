"""Who did what to which thing, when and from where: a chain of entries per tenant that shows if it was touched."""
