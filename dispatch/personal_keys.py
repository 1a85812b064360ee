"""The keys of personal data: one for each subject, each wrapped by the master key."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
"""What AES-256-GCM asks for (NIST SP 800-38D)."""

CANARY = "saigon115:master"
"""A subject of nobody: its wrapped key tells whether a master key is the one that a database was filled under."""


class Keyring:
    """What can be done with the master key. The master key itself encrypts nothing: each use has a key of its own."""

    def __init__(self, master_key: bytes) -> None:
        self._wrapping = AESGCM(_derive(master_key, b"saigon115 wrapping"))
        self._phones = _derive(master_key, b"saigon115 phones")
        self._references = _derive(master_key, b"saigon115 call references")

    def new_wrapped_key(self, subject: str) -> bytes:
        """A new key for a subject, readable under this master key only, and as this subject's only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, secrets.token_bytes(KEY_BYTES), subject.encode())

    def unwrap(self, subject: str, wrapped: bytes) -> AESGCM:
        """The subject's cipher. Raises InvalidTag for a key that was wrapped under another master key."""
        nonce, sealed = bytes(wrapped[:NONCE_BYTES]), bytes(wrapped[NONCE_BYTES:])
        return AESGCM(self._wrapping.decrypt(nonce, sealed, subject.encode()))

    def opens(self, subject: str, wrapped: bytes) -> bool:
        """Whether `wrapped` was wrapped under this master key."""
        try:
            self.unwrap(subject, wrapped)
        except InvalidTag:
            return False
        return True

    def phone_hmac(self, plain_number: str) -> bytes:
        return hmac.digest(self._phones, plain_number.encode(), hashlib.sha256)

    def reference_hmac(self, reference: str) -> bytes:
        """An exchange's own name for a call, which may hold the number, as something that tells nothing."""
        return hmac.digest(self._references, reference.encode("utf-8", "replace"), hashlib.sha256)


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    """A key for one purpose only (HKDF, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(master_key)
