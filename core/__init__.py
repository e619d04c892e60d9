"""What schools, townships and the bureau do about a missing child, and why."""
