"""The project and its platform; it knows nothing of tasks, documents or departments."""
