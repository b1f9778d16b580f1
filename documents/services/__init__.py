"""Changes to documents and their clauses, before anything enters the ledger."""
