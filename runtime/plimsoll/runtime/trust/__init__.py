"""Signing and verification: an embedded sigstore instance, and a verifier that is stricter than its libraries.

Signing: ``instance`` (keys and services in a folder) → ``signer`` → ``release``, ``model``, ``approval``.
Verification: ``verifier`` (signature, identity, log, time) → the same three (what was signed is what lies there).
"""
