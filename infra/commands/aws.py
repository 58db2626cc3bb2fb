"""What AWS, or the way to it, refuses: in a sentence with what to do about it."""

from __future__ import annotations

from typing import Final

from botocore import exceptions

_CREDENTIALS: Final = (
    "run `aws sso login` or `aws configure`, or name a profile in AWS_PROFILE, and try again"
)
_CODES: Final = {
    "UnrecognizedClientException": f"AWS does not know these credentials: {_CREDENTIALS}",
    "InvalidClientTokenId": f"AWS does not know these credentials: {_CREDENTIALS}",
    "InvalidAccessKeyId": f"AWS does not know these credentials: {_CREDENTIALS}",
    "ExpiredToken": f"the AWS credentials have expired: {_CREDENTIALS}",
    "ExpiredTokenException": f"the AWS credentials have expired: {_CREDENTIALS}",
    "RequestExpired": "this machine's clock is wrong: set it, and try again",
    "SignatureDoesNotMatch": (
        "AWS does not accept the signature: set this machine's clock, and compare the secret key"
    ),
    "InvalidSignatureException": (
        "AWS does not accept the signature: set this machine's clock, and compare the secret key"
    ),
    "ThrottlingException": "AWS asks for patience: try again in a minute",
    "RequestLimitExceeded": "AWS asks for patience: try again in a minute",
}


_KINDS: Final[tuple[tuple[tuple[type[Exception], ...], str], ...]] = (
    (
        (exceptions.NoRegionError,),
        (
            "no AWS region is chosen: for the stack of make run add --stage local; for AWS add "
            "--region eu-central-1, or set AWS_DEFAULT_REGION"
        ),
    ),
    (
        (exceptions.InvalidRegionError, exceptions.UnknownRegionError),
        "that is no AWS region: name one such as eu-central-1 with --region",
    ),
    (
        (
            exceptions.NoCredentialsError,
            exceptions.PartialCredentialsError,
            exceptions.CredentialRetrievalError,
            exceptions.SSOError,
            exceptions.TokenRetrievalError,
        ),
        f"there are no AWS credentials: {_CREDENTIALS}",
    ),
    (
        (exceptions.ProfileNotFound,),
        (
            "there is no such AWS profile: choose another in AWS_PROFILE; `aws configure "
            "list-profiles` lists them"
        ),
    ),
    (
        (exceptions.ConfigParseError, exceptions.ConfigNotFound),
        "the AWS configuration (~/.aws/config, ~/.aws/credentials) is damaged: mend it",
    ),
    (
        (exceptions.SSLError,),
        (
            "the certificate of AWS is not trusted here: where TLS is inspected, name a file with "
            "that root certificate in AWS_CA_BUNDLE"
        ),
    ),
    (
        (exceptions.HTTPClientError, exceptions.ConnectionError),
        "AWS does not answer: check the network, the proxy (HTTPS_PROXY) and the region",
    ),
)


def sentence(error: Exception) -> str:
    """Return what a botocore exception means to the person at the command line."""
    if isinstance(error, exceptions.ClientError):
        return _refused(error)
    for kinds, words in _KINDS:
        if isinstance(error, kinds):
            return f"{words}."
    return f"AWS could not be asked ({type(error).__name__}: {' '.join(str(error).split())[:200]})."


def _refused(error: exceptions.ClientError) -> str:
    told = error.response.get("Error", {})
    code, operation = told.get("Code", "unknown"), error.operation_name
    if code in _CODES:
        return f"{_CODES[code]}."
    if "AccessDenied" in code or code == "UnauthorizedOperation":
        return f"these AWS credentials may not call {operation}: use others, or allow it in IAM."
    if code == "ResourceNotFoundException":
        return (
            "nothing of that stage is deployed here: check --stage and --region, and deploy first "
            "(docs/deploy.md)."
        )
    words = " ".join(str(told.get("Message", "")).split())[:300]
    return f"AWS refused {operation} ({code}: {words}); mend that and try again."
