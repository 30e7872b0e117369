"""A Vidispine, and the part of Cantemo Portal that rules need: REST in XML and JSON on the catalogue."""
