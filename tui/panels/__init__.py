"""Panels: each is given a value and draws it; none asks the database."""
