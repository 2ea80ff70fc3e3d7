"""What comes in from providers: first checked, then understood. The addresses are in agencies/pages."""
