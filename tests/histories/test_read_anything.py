"""Whatever the bytes are: a history is read, or refused with InvalidFile; nothing else is raised."""

from files import NETFLIX, NETFLIX_FULL, TV_TIME, TV_TIME_SEEN, YAMTRACK, read_somehow
from hypothesis import given
from hypothesis import strategies as st


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    read_somehow(body)
    read_somehow(b"Title,Date\n" + body)
    read_somehow(b"[" + body)


SAMPLES = [one.encode() for one in (NETFLIX, NETFLIX_FULL, TV_TIME, TV_TIME_SEEN, YAMTRACK)]


@given(st.sampled_from([*SAMPLES, NETFLIX.encode("utf-16")]), st.data())
def test_mutilated_files_are_read_or_refused(body: bytes, data: st.DataObject) -> None:
    made = bytearray(body)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(made) - 1))
        kind = data.draw(st.sampled_from(["replace", "insert", "cut", "double"]))
        piece = data.draw(st.sampled_from([b'"', b",", b"\n", b"\r", b"\0", b"\xff", b";", b'""', b"9", b"1/2/20"]))
        if kind == "replace":
            made[at : at + 1] = piece
        elif kind == "insert":
            made[at:at] = piece
        elif kind == "cut" and len(made) > 40:
            del made[at : at + 20]
        else:
            made[at:at] = made[at : at + 30]
    read_somehow(bytes(made))
