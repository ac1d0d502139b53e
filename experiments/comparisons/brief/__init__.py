"""The brief: one comparison on two printed pages, for readers who decide."""
