"""Plans to cut or simplify regulations: reading them, writing them, publishing them."""
