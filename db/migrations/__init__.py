"""Numbered SQL files that bring a database up to date."""
