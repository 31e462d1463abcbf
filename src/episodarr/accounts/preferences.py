"""What a user chose to see, kept for each account."""

from typing import Protocol


class PreferenceStore(Protocol):
    """Where choices are kept: small JSON texts by name."""

    def preference(self, user_id: int, name: str) -> str | None:
        """What the user chose; None: nothing."""
        ...

    def set_preference(self, user_id: int, name: str, value: str | None) -> None:
        """Keep a choice; None: go back to what is usual. Raises ValueError when it keeps too many of them."""
        ...
