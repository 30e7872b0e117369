"""The pages under reference/, one module a page."""
