"""Threat image projection: simulated or real articles into a user's own scans, with truth."""
