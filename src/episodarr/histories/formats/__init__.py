"""The kinds of files, each with how its rows become views."""
