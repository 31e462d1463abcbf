"""Viewing histories that people bring: upload, preview, progress, report, review, and their own numbers."""
