"""The code map: a checkout pinned, read and outlined, with its guides, tables and text index, and kept between runs."""
