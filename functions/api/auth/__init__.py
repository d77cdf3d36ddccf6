"""Registration and login in their shortest form."""
