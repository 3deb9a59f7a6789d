"""trial: what compiles and runs plans itself, over made-up or chosen inputs, to show or to test what they do."""
