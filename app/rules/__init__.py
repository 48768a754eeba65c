"""The rules as people read them: on the command line, over the API, in the documentation."""
