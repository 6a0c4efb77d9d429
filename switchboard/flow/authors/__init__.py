"""What authors look at flows with: one form, a reading, a picture, a schema and the manual.

Works on files and programs, and never on calls. Everything here is text in, text out.
"""
