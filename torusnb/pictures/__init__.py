"""Pictures of what context capture found: plain SVG, the same bytes for the same context, no script and no server."""
