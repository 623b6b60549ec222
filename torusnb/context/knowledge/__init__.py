"""Knowledge: the request restated, what guides and code tell, what is known, and what is not with its assumption."""
