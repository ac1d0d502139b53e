"""The commands of `muster`, grouped by what they are about."""
