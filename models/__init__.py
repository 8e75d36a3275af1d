"""What a model is: network definitions, card, registry, the released default."""
