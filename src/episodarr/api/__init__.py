"""REST under /api/v1: one file a capability, no decisions here."""
