"""How the fitted model is held against documents, rivals and its own assumptions."""
