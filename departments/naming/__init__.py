"""How Chinese offices write the names of public bodies: plain text in, plain data out, no Django.

`words` holds the vocabulary, `reading` brings two spellings of one name to the same form, `kinds`
tells from a name what a body's field is.
"""
