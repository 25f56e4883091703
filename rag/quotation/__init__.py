"""Quotations: found, aligned, judged, with their speakers and a record of the evidence. ``quotes`` is the way in."""
