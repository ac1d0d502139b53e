"""What the sources would have seen of a simulated history, beside what they printed."""
