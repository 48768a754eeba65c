"""The rules: one file is one detector (docs/add-a-rule.md)."""
