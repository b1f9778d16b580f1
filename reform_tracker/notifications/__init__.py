"""How a message travels: inbox row, delivery rows, channels. `notify` is the only way to send."""
