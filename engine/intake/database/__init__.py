"""A table or query of a database → its rows as text columns, through cursors, each column cast to text by the database."""
