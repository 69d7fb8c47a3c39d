"""Modal dialogs: each returns what the operator chose."""
