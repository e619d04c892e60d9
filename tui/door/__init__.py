"""The SSH door: one way to reach the screens, not a layer of its own."""
