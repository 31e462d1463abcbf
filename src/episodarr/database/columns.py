"""The columns that tables of all capabilities have: keys, and references to rows of other tables."""

from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Integer

# SQLite gives 64-bit keys to INTEGER only; PostgreSQL needs BIGINT for them.
BigKey = BigInteger().with_variant(Integer, "sqlite")


def key() -> Column[int]:
    """`id`, which the database gives."""
    return Column("id", BigKey, primary_key=True, autoincrement=True)


def reference(name: str, target: str, *, nullable: bool = False, **how: Any) -> Column[int]:
    """The key of a row of another table, such as `series.id`; what refers to a row is deleted with it."""
    return Column(name, BigKey, ForeignKey(target, ondelete="CASCADE"), nullable=nullable, **how)
