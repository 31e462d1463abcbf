"""The pages: server-rendered, one folder per screen, templates beside the view."""
