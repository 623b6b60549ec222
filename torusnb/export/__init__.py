"""From the notebook's final cells to fdd.md, without ever losing what a person wrote."""
