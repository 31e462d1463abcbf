"""Movies: the grid with its filters, and the page of one."""

import re

from fakes import Stack


class TestGrid:
    def test_the_library_switches_between_shows_and_movies(self, admin):
        assert '<a href="/movies">Movies</a>' in admin.get("/").text
        assert '<a href="/movies" aria-current="page">Movies</a>' in admin.get("/movies").text

    def test_a_card_says_what_is_the_case(self, admin):
        text = admin.get("/movies").text
        cards = re.findall(r'<li class="show movie" id="movie-\d+".*?</li>', text, re.DOTALL)
        assert len(cards) == 3
        assert "seen" in cards[0]
        assert "in a media server" in cards[0]
        assert "missing" in cards[1]
        assert "that no media server lists" in cards[2]

    def test_titles_are_escaped(self, admin):
        text = admin.get("/movies").text
        assert "Dune &lt;i&gt;" in text
        assert "Dune <i>" not in text

    def test_search_and_filter_are_in_the_address(self, admin):
        assert admin.get("/movies?q=arr").text.count('<li class="show movie"') == 1
        assert admin.get("/movies?show=missing").text.count('<li class="show movie"') == 1
        assert "No movie fits" in admin.get("/movies?q=zzz").text
        assert admin.get("/movies?show=odd&sort=odd").status_code == 200

    def test_a_foreign_cursor_leads_to_the_start(self, admin):
        assert admin.get("/movies?cursor=zzz&sort=size").headers["location"] == "/movies?sort=size"

    def test_cards_come_anew_by_their_ids(self, admin):
        assert admin.get("/movies/cards?ids=1,3,9,x").text.count('<li class="show movie"') == 2

    def test_it_says_what_to_connect(self, visit):
        assert (
            "Connect Radarr, Plex or Jellyfin"
            in visit(Stack(connected=False, empty=True)).sign_in("admin").get("/movies").text
        )

    def test_only_admins_sync(self, stack, admin, viewer):
        assert "/movies/sync" not in re.findall(r'action="([^"]*)"', viewer.get("/movies").text)
        assert viewer.post("/movies/sync").status_code == 403
        assert admin.post("/movies/sync").status_code in {200, 303}
        assert stack.tasks.asked == ["sync-movies"]


class TestMovie:
    def test_it_says_where_it_is_and_who_saw_it(self, admin):
        text = admin.get("/movies/1").text
        assert "It can be played in Plex." in text
        assert "/movies/Arrival.mkv" in text
        assert "Anna, Ben" in text
        assert "keep" in text

    def test_names_are_for_admins(self, viewer):
        text = viewer.get("/movies/1").text
        assert "Anna" not in re.sub(r"(?s)<header class=\"top\">.*?</header>", "", text)
        assert "someone" in text

    def test_a_movie_without_a_file(self, admin):
        text = admin.get("/movies/2").text
        assert "It is missing: Radarr looks for it." in text
        assert "nothing may be concluded" in text

    def test_there_may_be_no_such_movie(self, admin):
        assert admin.get("/movies/99").status_code == 404
        assert admin.get("/movies/0").status_code == 404
        assert admin.get(f"/movies/{2**70}").status_code == 404

    def test_the_poster_is_ours(self, admin):
        answer = admin.get("/movies/1/poster")
        assert answer.headers["content-type"] == "image/png"
        assert admin.get("/movies/1/poster", if_none_match=answer.headers["etag"]).status_code == 304
        assert admin.get("/movies/2/poster").status_code == 404

    def test_strangers_sign_in(self, nobody):
        for path in ("/movies", "/movies/1", "/movies/1/poster"):
            assert nobody.get(path).status_code in {302, 303, 401}
