"""Questions with known answers for the geocoder, each half kept apart: one to tune on, one to report."""
