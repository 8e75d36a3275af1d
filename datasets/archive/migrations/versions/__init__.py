"""The changes, in the order that `down_revision` gives."""
