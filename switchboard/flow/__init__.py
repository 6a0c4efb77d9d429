"""Says what a caller hears next: loads and checks YAML, advances a run by one resume.

Files, clock and network are effects whose results come back as resumes; this room does none of it.
"""
