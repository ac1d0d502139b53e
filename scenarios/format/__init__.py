"""The language of scenario files: read, merged, validated, cited and written."""
