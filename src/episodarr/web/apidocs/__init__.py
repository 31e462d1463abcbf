"""The readable description of the API."""
