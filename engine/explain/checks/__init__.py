"""The checks of `komisi verify`, one file each: files, program, stages, grains, identities, log, sheets, digests."""
