"""One run, many draws: the model simulated and its tables gathered."""
