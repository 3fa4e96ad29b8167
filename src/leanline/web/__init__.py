"""The application in the browser and the REST API: ``leanline serve``."""
