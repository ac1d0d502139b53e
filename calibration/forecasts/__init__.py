"""Forecasts the package ships: see `calibration.validation.register`."""
