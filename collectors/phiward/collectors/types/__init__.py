"""One module per resource type: its declaration, how it is read live, and how each source's form is normalized."""
