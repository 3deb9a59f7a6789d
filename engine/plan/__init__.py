"""Plans as data: first as written (`comp_plan`, `target_plan`, `workspace`), then resolved (`resolved`)."""
