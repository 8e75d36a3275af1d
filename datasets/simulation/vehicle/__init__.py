"""What carries the goods: containers, refrigerated ones, trailers and tractors."""
