"""From a recipe, inputs and receipts to a graph of nodes, each with the reason why it will run."""
