"""The pieces of work that engines run: one module per phase. A task reads files, writes files, returns a receipt."""
