"""The force: everybody who ever signed, what befalls them, and who comes back.

ODD III.iv.
"""
