"""The options by which ``ask``, ``search`` and ``quote`` look at a part of the archive → filters."""

from __future__ import annotations

import argparse

from index.storage.collections import Collections
from index.storage.filters import Filters
from index.storage.repository import Store


def filters_of(options: argparse.Namespace, store: Store) -> Filters:
    """Return the filters of a command's options. Raises InputError for a collection that is not there."""
    filters = Filters(options.date_from, options.date_to, options.publisher)
    return Collections(store.database).within(filters, options.collection)
