"""The connected services, and the wizard that connects them."""
