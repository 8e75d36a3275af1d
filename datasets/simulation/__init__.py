"""Simulated cargo scans with exact truth: physics, container, goods, contraband, detector, in files of their own."""
