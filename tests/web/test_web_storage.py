"""The storage page (R-W8)."""


def test_each_disk_says_how_full_it_is_and_until_when(admin):
    text = admin.get("/storage").text
    assert "466" in text or "500" in text
    assert "It will be full in 5 days" in text
    assert "full on" in text
    assert text.count("<polyline") == 2
    assert 'href="/shows/1"' in text


def test_what_is_urgent_is_said_on_every_page(admin):
    assert "It will be full in 5 days" in admin.get("/calendar").text


def test_folders_and_totals_are_measured_and_removed(stack, admin):
    assert admin.post("/storage/folders", path="/media", name="Media").status_code in {200, 303}
    assert admin.post("/storage/totals", value="12", unit="TB", note="sticker").status_code in {200, 303}
    assert [one.name for one in stack.measure.kept] == ["Media", ""]
    assert "sticker" in admin.get("/storage").text
    admin.post("/storage/measured/1/remove")
    assert len(stack.measure.kept) == 1


def test_what_cannot_be_measured_is_said_beside_the_form(stack, admin):
    answer = admin.post("/storage/folders", path="media", name="Films")
    assert answer.status_code == 422
    assert "Give the whole path" in answer.text
    assert 'value="media" aria-invalid="true" aria-describedby="wrong-folder" autofocus' in answer.text
    assert 'value="Films"' in answer.text
    assert answer.text.index('action="/storage/folders"') < answer.text.index("wrong-folder")
    text = admin.post("/storage/totals", value="x", unit="TiB", note="sticker").text
    assert "Give a number" in text
    assert 'value="sticker"' in text
    assert "<option selected>TiB" in text
    assert stack.measure.kept == []
