"""Quotations: found, aligned, judged, with their speakers and a record of the evidence. ``checker`` is the way in."""
