"""The parameter store, for those who may change a secret; whoever only reads keeps what it read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class SsmParameters:
    """See ``loyalty.outgoing.kept_secrets.Store``; SecureStrings below a path."""

    def __init__(self, client: SSMClient, path: str) -> None:
        self._client = client
        self._path = path

    def read(self, name: str) -> str | None:
        """Return a secret as it is now; None where there is none of that name."""
        try:
            answer = self._client.get_parameter(Name=f"{self._path}/{name}", WithDecryption=True)
        except self._client.exceptions.ParameterNotFound:
            return None
        return answer["Parameter"]["Value"]

    def write(self, name: str, text: str) -> None:
        """Keep a secret, whatever was there."""
        self._client.put_parameter(
            Name=f"{self._path}/{name}", Value=text, Type="SecureString", Overwrite=True
        )
