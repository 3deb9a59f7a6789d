"""What every other part may use; imports nothing of ours."""
