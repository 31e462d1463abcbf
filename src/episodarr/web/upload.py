"""Reading the one file of a posted form, without ever keeping more of it than is allowed.

What is larger is read to some end and thrown away: a browser whose upload is cut off shows no answer at all.
"""

from collections.abc import AsyncGenerator
from typing import BinaryIO, NamedTuple

from fastapi import HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from episodarr.web.form import Form, posted

_ASIDE = 64 * 1024
"""What a form may have besides its file."""
_MOST_FIELDS = 20
_LISTENED_TO = 3
"""So many times the largest file is listened to before an upload is cut off."""


class Upload(NamedTuple):
    """A posted form with its file at its start; `content` None: nobody chose a file."""

    form: Form
    name: str
    content: BinaryIO | None


async def read_upload(request: Request, most: int) -> Upload:
    """The form of a request. Raises 400 or 415 for what is none of ours, 413 for a file of more than `most` bytes."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        return Upload(await posted(request), "", None)
    limited = MultiPartParser(
        request.headers,
        _at_most(request, most + _ASIDE, most),
        max_files=1,
        max_fields=_MOST_FIELDS,
        max_part_size=_ASIDE,
    )
    try:
        form = await limited.parse()
    except MultiPartException as problem:
        raise HTTPException(400, "The form cannot be read.") from problem
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    file = next((one for one in form.values() if isinstance(one, UploadFile)), None)
    if file is None or not (file.filename or file.size):
        return Upload(Form(fields), "", None)
    return Upload(Form(fields), file.filename or "", file.file)


async def _at_most(request: Request, most: int, told: int) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken <= most:
            yield chunk
        elif taken > most * _LISTENED_TO:
            break
    if taken > most:
        raise HTTPException(413, too_large(told))


def too_large(most: int) -> str:
    """What is said of a file with more bytes than that."""
    size = f"{most >> 20} MB" if most >> 20 else f"{most >> 10} kB"
    return f"The file has more than {size}, the most that is taken."
