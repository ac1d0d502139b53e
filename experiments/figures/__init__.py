"""Parts that reports, pages and comparisons draw with: bands, words, tables, charts."""
