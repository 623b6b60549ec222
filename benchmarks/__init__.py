"""Measurements on real input, run by hand; CI needs none of them."""
