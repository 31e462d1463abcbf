"""Everything that can go wrong with an outside service, told apart by what a person has to do about it.

    ServiceFailure
      Offline     nobody answers there: name, port, network, or it is switched off
      Refused     it answers, but not to us: wrong key, password, or a ban
      WrongApp    something else answers there
      WrongPath   the host answers, but the application is not at this path (URL base)
      Busy        it asks to be left alone for a while
      Broken      it is the right one, but its answer is an error or unreadable

Adapters raise these and nothing else; the `fix` is the sentence that a person reads next to the failing service.
"""

from typing import ClassVar


class ServiceFailure(Exception):
    """A service could not be asked. What it would have said stays unknown: nobody may take it for "no"."""

    status: ClassVar[str] = "error"
    fix: ClassVar[str] = "Look into the service's own log."

    def __init__(self, service: str, message: str, *, fix: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(f"{service}: {message}")
        self.service = service
        self.message = message
        self.retry_after = retry_after
        """Seconds the service asked to be left alone, when it said so."""
        self.advice = fix or self.fix


class Offline(ServiceFailure):
    """Nobody answers at the address."""

    status = "offline"
    fix = "Check that the service runs and that host and port are right as seen from Episodarr."


class Refused(ServiceFailure):
    """The service answers but refuses the credentials."""

    status = "refused"
    fix = "Check the API key or token, or user name and password."


class WrongApp(ServiceFailure):
    """Another application answers at the address."""

    status = "wrong_app"
    fix = "Check the port: another application answers there."


class WrongPath(ServiceFailure):
    """The host answers, but not with the service's API: its URL base is missing, or a sign-in proxy is in front."""

    status = "wrong_path"
    fix = "Check the port and the URL base, and that no sign-in page of a proxy is in front of the API."


class Busy(ServiceFailure):
    """The service asks to be asked later."""

    status = "busy"
    fix = "Nothing to do: it is asked again later."


class Broken(ServiceFailure):
    """The right service answers with an error or with something unreadable."""

    status = "error"
    fix = "Look into the service's own log; Episodarr asks again later."


class ConnectionRemoved(ServiceFailure):
    """The connection was removed while its service was being asked; told by whoever asks, not by adapters."""

    fix = "Nothing to do: the service is not asked any more."


class OwnerGone(Exception):
    """What was to be stored belongs to something that is stored no more. Nothing of its transaction was kept."""
