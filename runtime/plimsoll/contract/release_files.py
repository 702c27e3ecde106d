"""The two files that describe a release, beside those that it is made of."""

LOCK_FILE = "release.lock.json"
BUNDLE_FILE = "release.sigstore.json"
