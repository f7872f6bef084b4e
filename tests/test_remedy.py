"""What three clients say of a failure becomes one line with the remedy; what passes is told from what does not."""

import pytest

from lake.keys import Endpoint, Keys
from lake.remedy import judge
from schemas.settings import LakeSettings

#: As deltalake 1.6 prints an answer of MinIO, and pyarrow 25.
ANSWER = (
    "Generic S3 error\n  \x1b[31m↳\x1b[0m Error performing PUT http://127.0.0.1:9/b/x in 1ms"
    " - Server returned non-2xx status code\n   \x1b[31m↳\x1b[0m {status}\n"
    "   <Error><Code>{code}</Code><AWSAccessKeyId>the-key</AWSAccessKeyId></Error>"
)
PYARROW = "When reading information for key 'x' in bucket 'b': AWS Error {code} during HeadObject operation: {said}"


@pytest.mark.parametrize(
    ("text", "said", "passing"),
    [
        (ANSWER.format(status="403 Forbidden", code="SignatureDoesNotMatch"), "the secret key is wrong", False),
        (ANSWER.format(status="403 Forbidden", code="AccessDenied"), "no permission to put", False),
        (ANSWER.format(status="404 Not Found", code="NoSuchBucket"), "the bucket is gone", False),
        (ANSWER.format(status="400 Bad Request", code="XMinioAdminBucketQuotaExceeded"), "quota is used up", False),
        (ANSWER.format(status="507 Insufficient Storage", code="XMinioStorageFull"), "no space is left", False),
        (ANSWER.format(status="503 Service Unavailable", code="SlowDown"), "it answers SlowDown", True),
        (ANSWER.format(status="400 Bad Request", code="Strange"), "it answers Strange", False),
        (PYARROW.format(code="ACCESS_DENIED", said="No response body."), "no permission", False),
        (PYARROW.format(code="NETWORK_CONNECTION", said="curlCode: 7, Couldn't connect"), "no answer", True),
        ("error sending request\n client error (Connect)\n Connection refused (os error 111)", "refused", True),
        ("client error (Connect)\n invalid peer certificate: UnknownIssuer", "is not trusted", False),
        ("client error (Connect)\n received corrupt message of type InvalidContentType", "write http://", False),
        ("dns error\n failed to lookup address information", "no such host", True),
        ("operation timed out", "no answer (timed out)", True),
        ("no idea, the-key, the-secret", "OSError: no idea, …, …", True),
    ],
)
def test_a_text_becomes_a_line(text: str, said: str, passing: bool) -> None:
    keys = Keys("the-key", "the-secret", None)
    found = judge(LakeSettings(uri="s3://b/x"), Endpoint("127.0.0.1:9", False), keys, OSError(text), "put")
    assert said in found.line
    assert found.line.startswith("the lake s3://b/x at http://127.0.0.1:9 can not be used: ")
    assert found.passing is passing
    assert [part for part in ("the-key", "the-secret", "\n", "\x1b") if part in found.line] == []
