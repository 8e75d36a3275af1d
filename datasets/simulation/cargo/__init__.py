"""What a container carries: goods with their HS headings, how they are packed, and what lies between them."""
