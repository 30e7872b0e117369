"""Items, collections, jobs, storages and searches: a module for each, with the helper that Portal has in it."""
