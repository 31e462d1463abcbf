"""Who asked for what, in a request system such as Seerr."""
