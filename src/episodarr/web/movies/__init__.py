"""The movies of the library, and the page of one."""
