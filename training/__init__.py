"""How a model comes to be: recipe, loop, evaluation, export, gate, retraining."""
