"""What a step costs, from a dated table of list prices."""
