"""Context capture: the checkout, its guides and the pack, read together."""
