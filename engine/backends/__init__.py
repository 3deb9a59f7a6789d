"""What runs a Program: `polars` over columns, `replay` row by row in plain Python. They agree to the last digit."""
