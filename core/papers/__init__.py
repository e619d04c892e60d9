"""The papers that leave the system, and the rosters that come in: records <-> bytes."""
