"""plan_words: a resolved plan → the sentences that a participant would be given. One file per noun of the language."""
