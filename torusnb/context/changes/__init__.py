"""What changed since a design was written, symbol by symbol, and which other designs touch the same things."""
