"""What an officer sees: the console, the viewer, drawing."""
