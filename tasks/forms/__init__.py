"""What people type, checked and worded for them; services decide whether it may be done."""
