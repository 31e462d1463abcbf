"""Viewing histories that people bring along, and what metadata services know of the titles in them."""
