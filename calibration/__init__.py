"""What ties the model to documents: evidence, targets, posterior, validation."""
