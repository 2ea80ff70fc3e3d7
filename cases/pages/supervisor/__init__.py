"""Those who watch over a province or the country."""
