"""The web application and the REST API behind ``leanline serve``."""
