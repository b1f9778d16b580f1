"""The source text and what was read from it: policy documents, clauses awaiting confirmation."""
