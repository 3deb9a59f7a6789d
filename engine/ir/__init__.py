"""The Program: scalar expressions, table nodes and named definitions. No YAML and no Polars here."""
