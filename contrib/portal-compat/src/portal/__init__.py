"""The helpers of Cantemo Portal that scripts of Rules Engine 3 import, over Vidispine's REST API.

Only what scripts use is here; see the README for all of it. Without Portal's own code, settings and database.
"""
