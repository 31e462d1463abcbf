"""Sign-in, sign-out and the first account."""
