"""Files in a bucket that forgets them by itself, and signed addresses of single ones."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from loyalty.refusals import Refusal

LARGEST = 200_000_000
"""Bytes of a file that is fetched at all: a signed address takes whatever is put there."""


class BucketFiles:
    """See ``loyalty.sheets.kept_files.Files``; ``largest``: bytes fetched, if not LARGEST."""

    def __init__(self, client: Any, bucket: str, largest: int = 0) -> None:
        self._client = client
        self._bucket = bucket
        self._largest = largest

    def get(self, name: str) -> bytes | None:
        """Return a file, None when there is none (any more).

        Raises
        ------
        Refusal
            ``file_unreadable``: it is far larger than any file that is read here.
        """
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=name)
        except ClientError as error:
            if error.response["Error"]["Code"] in {"NoSuchKey", "404", "NotFound"}:
                return None
            raise
        largest = self._largest or LARGEST
        if answer["ContentLength"] > largest:
            detail = f"The file is far too large: at most {largest:,} bytes are read."
            raise Refusal("invalid", "file_unreadable", detail, pointer="/file")
        found: bytes = answer["Body"].read()
        return found

    def put(self, name: str, data: bytes) -> None:
        """Write a file."""
        self._client.put_object(Bucket=self._bucket, Key=name, Body=data)

    def names(self, folder: str, after: str = "", most: int = 1000) -> list[str]:
        """Return so many names of files in a folder, a thousand at most, in order, behind one."""
        place = f"{folder}/"
        answer = self._client.list_objects_v2(
            Bucket=self._bucket, Prefix=place, StartAfter=f"{place}{after}", MaxKeys=most
        )
        return [one["Key"] for one in answer.get("Contents", [])]

    def address(self, name: str, seconds: int, *, to_put: bool = False, kind: str = "") -> str:
        """Return an address at which this one file can be fetched, or put, for so long.

        ``kind``: as what a browser shall take it.
        """
        found: str = self._client.generate_presigned_url(
            "put_object" if to_put else "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": name,
                **({"ResponseContentType": kind} if kind else {}),
            },
            ExpiresIn=seconds,
        )
        return found
