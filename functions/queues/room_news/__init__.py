"""Events of the bus become messages of rooms."""
