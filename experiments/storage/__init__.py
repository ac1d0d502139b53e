"""What is written to disk and read back: whole, checked, named by what it holds."""
