"""An XLSX workbook → the cells of one sheet, by the standard library alone, with guards before and while it is unpacked.

Other readers were tried: they make an error or a formula without its value an empty cell, or ask for memory by what a
file claims (`DECISIONS.md`).
"""
