"""System > Users: who may sign in, the API keys, and one's own password."""

from fastapi import HTTPException, Request
from starlette.responses import RedirectResponse, Response

from episodarr.accounts.model import BadCredentials
from episodarr.web.form import FormOf
from episodarr.web.parts import Doors, Parts
from episodarr.web.ports import ApiKey
from episodarr.web.signin.view import MIN_PASSWORD, password_problem
from episodarr.web.visit import visit_of

LIST = "/system/users"
ROLES = (("viewer", "Viewer: sees everything, changes nothing"), ("admin", "Admin: may change everything"))
SCOPES = (
    ("read", "Read: everything a viewer sees"),
    ("admin", "Admin: everything"),
)


class UserPages:
    """Routes of users, keys and the own account."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def add_to(self, doors: Doors) -> None:
        """Add the routes."""
        doors.admins("GET", LIST, self.page)
        doors.admins("POST", LIST, self.add)
        doors.admins("POST", "/system/keys", self.create_key)
        doors.admins("POST", "/system/keys/{key_id}/revoke", self.revoke_key)
        doors.people("GET", "/system/account", self.account)
        doors.people("POST", "/system/account", self.change_password)

    def page(self, request: Request) -> Response:
        """The page."""
        return self._answer(request)

    def add(self, request: Request, form: FormOf) -> Response:
        """Add a user."""
        name, role = form.text("name")[:100], form.text("role")
        wrong = "" if name else "Choose a name."
        wrong = wrong or password_problem(form.raw("password"), form.raw("again"))
        if role not in dict(ROLES):
            raise HTTPException(400)
        if not wrong:
            try:
                self._parts.accounts.add_user(name, form.raw("password"), role)
            except ValueError as problem:
                wrong = str(problem)
        if wrong:
            return self._answer(request, user_problem=wrong, user_name=name)
        return RedirectResponse(f"{self._parts.base}{LIST}", status_code=303)

    def create_key(self, request: Request, form: FormOf) -> Response:
        """Make a key; this answer is the only time its secret is shown."""
        name, scope = form.text("name")[:100], form.text("scope")
        if scope not in dict(SCOPES):
            raise HTTPException(400)
        if not name:
            return self._answer(request, key_problem="Give the key a name, such as the program that uses it.")
        try:
            key, secret = self._parts.accounts.create_key(name, scope)
        except ValueError as problem:
            return self._answer(request, key_problem=str(problem))
        return self._answer(request, new_key=key, secret=secret)

    def revoke_key(self, request: Request, key_id: int) -> Response:
        """Make a key useless at once."""
        self._parts.accounts.revoke_key(key_id)
        return self._parts.render.done(visit_of(request), self._answer(request), "The key is revoked.", LIST)

    def account(self, request: Request) -> Response:
        """The form to change one's own password."""
        return self._account(request, "")

    def change_password(self, request: Request, form: FormOf) -> Response:
        """Change one's own password: every session of the account ends, and a new one begins here."""
        user = visit_of(request).user
        assert user is not None  # noqa: S101  # behind the guard
        wrong = password_problem(form.raw("password"), form.raw("again"))
        if not wrong:
            try:
                self._parts.accounts.change_password(user.id, form.raw("old"), form.raw("password"))
            except BadCredentials:
                wrong = "The present password is wrong."
            except ValueError as problem:
                wrong = str(problem)
        if wrong:
            return self._account(request, wrong)
        answer = RedirectResponse(f"{self._parts.base}/system/account?changed=1", status_code=303)
        self._parts.gate.give_session(answer, self._parts.accounts.session_for(user))
        return answer

    def _account(self, request: Request, problem: str) -> Response:
        return self._parts.render.answer(
            visit_of(request),
            "system/account.html",
            status=422 if problem else 200,
            nav="system",
            problem=problem,
            changed="changed" in request.query_params,
            min_password=MIN_PASSWORD,
        )

    def _answer(
        self,
        request: Request,
        *,
        user_problem: str = "",
        user_name: str = "",
        key_problem: str = "",
        new_key: ApiKey | None = None,
        secret: str = "",
    ) -> Response:
        return self._parts.render.answer(
            visit_of(request),
            "system/users.html",
            status=422 if user_problem or key_problem else 200,
            nav="system",
            users=self._parts.accounts.users(),
            keys=self._parts.accounts.keys(),
            roles=ROLES,
            scopes=SCOPES,
            min_password=MIN_PASSWORD,
            user_problem=user_problem,
            user_name=user_name,
            key_problem=key_problem,
            new_key=new_key,
            secret=secret,
        )
