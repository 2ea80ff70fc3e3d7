"""Pages of the officers who watch over a province or the country."""
