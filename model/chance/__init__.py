"""Random numbers as functions of coordinates; events by thinning. ODD III.iv."""
