"""Questions to the code map: who calls, who writes, who listens, what a change would reach.

The outlines tell which files can hold an answer; only those are parsed again, for the calling function and every line.
"""
