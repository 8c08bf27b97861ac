"""Accounts: registering, signing in and out, one's own data."""
