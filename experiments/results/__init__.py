"""What runs and sweeps wrote, opened for notebooks and other programs.

    from experiments import open_run, open_sweep
    open_run("runs/baseline").table("force").to_pandas()

Tables are read when they are asked for, each held against its digest first.
"""
