"""Language models behind one protocol: HTTP, scripted, and the built-in offline analyst."""
