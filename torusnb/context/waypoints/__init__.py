"""Waypoints: the places a design must know, ranked by names, text, history, earlier packs, guides and the graph."""
