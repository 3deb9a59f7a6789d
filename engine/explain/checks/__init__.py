"""The checks of `komisi verify`, one file each, and what they share: `columns` and `rows`."""
