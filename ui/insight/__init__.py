"""Pages of figures: plain HTML with drawings in SVG, made on the server, that need nothing from elsewhere."""
