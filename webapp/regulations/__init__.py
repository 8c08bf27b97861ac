"""Business regulations: the list, one regulation, writing them."""
