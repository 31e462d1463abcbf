"""Ids that become part of an address, where anything else could mean another thing, or all of them."""


def whole_id(number: int) -> int:
    """An id that names one thing and no more. Raises ValueError."""
    if type(number) is not int or number <= 0:
        raise ValueError(f"not an id: {number!r}")
    return number
