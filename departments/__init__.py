"""Who people are and what they may do: regions, departments, users, memberships."""
