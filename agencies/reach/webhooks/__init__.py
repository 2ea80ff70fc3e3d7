"""What providers send us: first verified, then understood. The addresses are in agencies/pages."""
