"""What runs inside the Python child. Nothing here is imported by the user's kernel."""
