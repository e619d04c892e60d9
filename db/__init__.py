"""What is remembered.  Every line of SQL is here."""
