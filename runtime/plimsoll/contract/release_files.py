"""The two files that describe a release, beside those that it is made of."""

LOCK_FILE = "release.lock.json"
BUNDLE_FILE = "release.sigstore.json"

BOOTSTRAP_PREFIX = "bootstrap-"
"""What the names of those files begin with whose objects are applied once, by hand, and not with the others."""
