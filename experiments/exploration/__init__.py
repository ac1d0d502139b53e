"""What a finished sweep says: sensitivity, screening, discovery, figures."""
