"""What is made of a doctrine and of dossiers: each module takes the model and returns text or data."""
