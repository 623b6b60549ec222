"""The only room that speaks to a model: requests in, complete replies out, each on record."""
