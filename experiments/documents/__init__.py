"""Generated parts of the documents, kept in step with the code."""
