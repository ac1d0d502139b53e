"""The documented world as the model takes it: regions, countries, economy."""
