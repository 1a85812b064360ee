"""Words → place: the gazetteer of the city, what a caller's words say, and the search that joins them."""
