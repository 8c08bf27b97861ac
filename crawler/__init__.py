"""Fetches official sites politely, keeps what they answered, and turns it into canonical records."""

#: Name and version, as shown to the sites and written into the archive.
SOFTWARE = "quydinh/0.1.0"
