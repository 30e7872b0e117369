"""The models the server has from the start, one XML file each; the file is named after the form."""
