"""What the parts say to each other: frozen pydantic models, no behaviour.

Everything above imports from here and nothing here imports from above, so a
process that only reads events (a server, a front end's type generator) needs
this package alone.
"""
