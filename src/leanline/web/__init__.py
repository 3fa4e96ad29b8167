"""The local web application: pages and the REST API."""
