"""The terminal: screens, widgets, the door people come in by, the command line."""
