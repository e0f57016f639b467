"""An answer as plain text, markdown and html, with its references filled in."""
