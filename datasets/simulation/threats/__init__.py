"""Contraband: what it looks like, how much it weighs, where smugglers put it, and how visible it is there."""
