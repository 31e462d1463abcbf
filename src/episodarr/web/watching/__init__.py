"""Who watched what, and who is who."""
