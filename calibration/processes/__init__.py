"""Many runs of the model on many processes: one engine for every command and study.

It stands on the calibration's floor because the fit runs the model as often as any
experiment does.
"""
