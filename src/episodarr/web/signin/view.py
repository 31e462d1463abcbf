"""Sign-in, sign-out, and the first account."""

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.accounts.model import SESSION_COOKIE, AlreadySetUp, BadCredentials, TooManyAttempts
from episodarr.web import words
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.visit import local_path, visit_of

MIN_PASSWORD = 8


class SignInPages:
    """Routes for who is not signed in yet, and the way out."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.open("GET", "/sign-in", self.ask)
        doors.open("POST", "/sign-in", self.sign_in)
        doors.open("GET", "/setup", self.ask_first)
        doors.open("POST", "/setup", self.create_first)
        doors.people("POST", "/sign-out", self.sign_out)

    def ask(self, request: Request) -> Response:
        """The sign-in form."""
        if not self._parts.gate.set_up():
            return RedirectResponse(f"{self._parts.base}/setup", status_code=302)
        return self._form(request, request.query_params.get("next", ""))

    def sign_in(self, request: Request, form: FormOf) -> Response:
        """Check the credentials; a new session each time, whatever cookie came along."""
        back, name = form.raw("next"), form.text("name")
        address = request.client.host if request.client else ""
        try:
            token = self._parts.accounts.sign_in(name, form.raw("password"), address)
        except BadCredentials:
            return self._form(request, back, name, "Name or password is wrong.", status=401)
        except TooManyAttempts as wait:
            text = f"Too many attempts. Try again in {words.duration(wait.retry_after + 1)}."
            answer = self._form(request, back, name, text, status=429)
            answer.headers["retry-after"] = str(int(wait.retry_after) + 1)
            return answer
        former = request.cookies.get(SESSION_COOKIE, "")
        if former:
            self._parts.accounts.sign_out(former)
        home = f"{self._parts.base}/"
        answer = RedirectResponse(local_path(back, home), status_code=303)
        self._parts.gate.give_session(answer, token)
        return answer

    def sign_out(self, request: Request) -> Response:
        """End the session on the server and in the browser."""
        self._parts.accounts.sign_out(request.cookies.get(SESSION_COOKIE, ""))
        answer = RedirectResponse(f"{self._parts.base}/sign-in", status_code=303)
        self._parts.gate.end_session(answer)
        return answer

    def ask_first(self, request: Request) -> Response:
        """The form for the first account; gone once there is one."""
        if self._parts.gate.set_up():
            raise HTTPException(404)
        return self._first(request, "", "")

    def create_first(self, request: Request, form: FormOf) -> Response:
        """Make the first admin and sign them in; on to the wizard."""
        if self._parts.gate.set_up():
            raise HTTPException(404)
        name, password = form.text("name"), form.raw("password")
        wrong = password_problem(password, form.raw("again"))
        if not name or wrong:
            return self._first(request, name, wrong or "Choose a name.")
        try:
            user = self._parts.accounts.create_first_admin(name, password)
        except AlreadySetUp as late:
            raise HTTPException(404) from late
        except ValueError as problem:
            return self._first(request, name, str(problem))
        answer = RedirectResponse(f"{self._parts.base}/wizard", status_code=303)
        self._parts.gate.give_session(answer, self._parts.accounts.session_for(user))
        return answer

    def _form(self, request: Request, back: str, name: str = "", problem: str = "", status: int = 200) -> Response:
        visit = visit_of(request)
        answer = self._parts.render.answer(
            visit, "signin/sign_in.html", status=status, back=local_path(back, ""), name=name, problem=problem
        )
        self._parts.gate.give_form_cookie(request, answer)
        return answer

    def _first(self, request: Request, name: str, problem: str) -> Response:
        answer = self._parts.render.answer(
            visit_of(request),
            "signin/setup.html",
            status=422 if problem else 200,
            name=name,
            problem=problem,
            min_password=MIN_PASSWORD,
        )
        self._parts.gate.give_form_cookie(request, answer)
        return answer


def password_problem(password: str, again: str) -> str:
    """What is wrong with a new password; empty when nothing is."""
    if len(password) < MIN_PASSWORD:
        return f"The password needs at least {MIN_PASSWORD} characters."
    if password != again:
        return "The two passwords differ."
    return ""
