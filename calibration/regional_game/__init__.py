"""The annual game of regional bonuses, fitted outside the simulator on dated levels.

documents -> months at risk (panel) -> hazards and levels (hazards) -> joint draws
-> simulated prices (paths) -> scores against "unchanged" (scores)
"""
