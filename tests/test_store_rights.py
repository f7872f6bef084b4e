"""What keys must be allowed, and no more; what is said when they are not; and that no key is ever said.

The policy is `deploy/minio/policy.json`, given to users of a MinIO of our own.
"""

import dataclasses
import gzip
import json
import os
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import minio.time
import pyarrow.parquet as pq
import pytest
from conftest import S3Server
from lake_rows import audit, ingest, listing, write_articles
from minio.credentials.providers import AssumeRoleProvider, StaticProvider
from minio.minioadmin import MinioAdmin
from newsbeam_command import ROOT, WITHOUT_MODEL, newsbeam, write_pages
from raw_processes import NOW

from lake import delta
from lake.query import connect
from lake.raw import RawWriter, read_raw
from lake.run import begin
from lake.s3 import S3Store
from lake.store import open_store
from lake.writer import TableWriter
from schemas.errors import SettingsError, StoreError
from schemas.settings import LakeSettings

pytestmark = pytest.mark.minio

SECRET = "fsecret-98fa7e0c"


class Owner:
    """Who may do everything on the server: makes the bucket, users and policies."""

    def __init__(self, lake: LakeSettings) -> None:
        self.lake = lake
        self.store = open_store(lake)
        assert isinstance(self.store, S3Store)
        self.keys = self.store.credentials()
        self.admin = MinioAdmin(endpoint=self.store.endpoint, credentials=StaticProvider(*self.keys), secure=False)

    def user(self, *without: str) -> str:
        """Make a user who may what the policy grants but for some actions; return the access key."""
        name = f"fkey-{uuid.uuid4().hex[:12]}"
        self.admin.policy_add(name, policy=policy(self.lake, *without))
        self.admin.user_add(name, SECRET)
        self.admin.attach_policy([name], user=name)
        return name


@pytest.fixture
def owner(s3_lake: LakeSettings, minio: S3Server) -> Owner:
    if not minio.ours:
        pytest.skip("ONLY A MINIO OF OUR OWN LETS US MAKE USERS")
    found = Owner(s3_lake)
    found.store.check()
    return found


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what puts other keys into the environment."""

    def change(access_key: str, secret_key: str = SECRET, token: str = "") -> None:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret_key)
        monkeypatch.setenv("AWS_SESSION_TOKEN", token)

    return change


def policy(lake: LakeSettings, *without: str) -> dict[str, Any]:
    """Return the policy that the documents give, for one lake."""
    bucket, _, prefix = lake.uri.removeprefix("s3://").partition("/")
    text = (ROOT / "deploy" / "minio" / "policy.json").read_text()
    text = text.replace("::news", f"::{bucket}").replace("lake/*", f"{prefix}/*")
    found: dict[str, Any] = json.loads(text)
    for statement in found["Statement"]:
        statement["Action"] = [action for action in statement["Action"] if action not in without]
    found["Statement"] = [statement for statement in found["Statement"] if statement["Action"]]
    return found


def refusal(lake: LakeSettings) -> str:
    with pytest.raises(SettingsError) as caught, begin(lake):
        pytest.fail("the body ran")
    line = str(caught.value)
    assert "\n" not in line
    assert lake.uri in line
    return line


def test_the_policy_is_enough_for_everything(owner: Owner, become: Any) -> None:
    become(owner.user())
    ingest(owner.lake, [1, 2])
    ingest(owner.lake, [2, 3])
    audit(owner.lake, {1, 2, 3})
    store = open_store(owner.lake)
    assert connect(store).sql("SELECT count(*) FROM articles").fetchall() == [(3,)]
    writer = RawWriter(store, "run1", NOW.date())
    place = writer.add("https://example.org/", "https://example.org/", NOW, 200, {}, b"page")
    writer.flush()
    assert read_raw(store, place).body == b"page"


def test_the_policy_grants_nothing_beside_the_lake(owner: Owner, become: Any) -> None:
    owner.store.put("x", b"1")
    become(owner.user())
    bucket = owner.lake.uri.rpartition("/")[0]
    for uri in (f"{bucket}/other", bucket, f"{owner.lake.uri}2", "s3://another-bucket/news"):
        other = dataclasses.replace(owner.lake, uri=uri)
        assert "no permission to put" in refusal(other)
        for attempt in (lambda store: store.get("x"), lambda store: list(store.list(""))):
            with pytest.raises(StoreError, match="no permission"):
                attempt(open_store(other))


def test_a_bucket_that_is_not_there_and_may_not_be_made(owner: Owner, become: Any) -> None:
    missing = dataclasses.replace(owner.lake, uri=f"s3://{uuid.uuid4().hex}/news")
    become(Owner(missing).user())
    assert "there is no bucket" in refusal(missing)


@pytest.mark.parametrize("right", ["List", "Get", "Put", "Delete"])
def test_a_right_that_is_missing_is_named_before_work_starts(owner: Owner, become: Any, right: str) -> None:
    become(owner.user("s3:ListBucket" if right == "List" else f"s3:{right}Object"))
    assert f"no permission to {right.lower()}: they need" in refusal(owner.lake)


def stopped_midway(lake: LakeSettings, stop: Callable[[], object], said: str) -> None:
    """Run an ingest that is stopped between two files; deltalake says the same as the store does."""
    with begin(lake) as run:
        store = open_store(lake)
        write_articles(TableWriter(store, run.run_id), [2], run.run_id)
        table = delta.load(store, "runs")
        assert table
        stop()
        with pytest.raises(StoreError, match=said):
            table.commit([], 99)
        write_articles(TableWriter(store, run.run_id), [3], run.run_id)


def test_keys_that_are_taken_away_in_mid_run(owner: Owner, become: Any) -> None:
    ingest(owner.lake, [1])
    name = owner.user()
    become(name)
    said = "the access key is unknown there"
    with pytest.raises(StoreError, match=said) as caught:
        stopped_midway(owner.lake, lambda: owner.admin.user_remove(name), said)
    assert name not in str(caught.value)
    become(*owner.keys[:2])
    ingest(dataclasses.replace(owner.lake, lease=-1), [1])
    audit(owner.lake, {1})


def test_a_quota_that_is_used_up_in_mid_run(owner: Owner) -> None:
    ingest(owner.lake, [1])
    bucket = owner.lake.uri.removeprefix("s3://").partition("/")[0]
    said = "the bucket's quota is used up"
    with pytest.raises(StoreError, match=said):
        stopped_midway(owner.lake, lambda: owner.admin.bucket_quota_set(bucket, 100), said)
    owner.admin.bucket_quota_clear(bucket)
    ingest(dataclasses.replace(owner.lake, lease=-1), [1])
    audit(owner.lake, {1})


def test_session_tokens_work_and_a_wrong_one_is_told(owner: Owner, become: Any) -> None:
    become(owner.user())
    given = AssumeRoleProvider(
        sts_endpoint=owner.lake.endpoint, access_key=os.environ["AWS_ACCESS_KEY_ID"], secret_key=SECRET
    ).retrieve()
    become(given.access_key, given.secret_key, given.session_token)
    ingest(owner.lake, [1])
    audit(owner.lake, {1})
    become(given.access_key, given.secret_key, "ftoken-98fa7e0c")
    line = refusal(owner.lake)
    assert "the session token is wrong or has expired" in line
    assert "ftoken" not in line
    with pytest.raises(StoreError, match="the session token is wrong or has expired"):
        delta.load(open_store(owner.lake), "runs")


def test_a_clock_that_is_hours_off_is_told(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    now = minio.time.utcnow()
    monkeypatch.setattr(minio.time, "utcnow", lambda: now + timedelta(hours=3))
    assert "this machine's clock is wrong" in refusal(owner.lake)


def everything_in(lake: LakeSettings) -> Iterator[str]:
    """Yield all that lies in a lake, unpacked."""
    store = open_store(lake)
    for path in listing(lake):
        data = store.get(path)
        yield path + data.decode("latin-1")
        if path.endswith(".parquet"):
            yield repr(pq.read_table(BytesIO(data), partitioning=None).to_pylist())
            yield repr(pq.read_metadata(BytesIO(data)).metadata)
        elif path.endswith(".gz"):
            yield gzip.decompress(data).decode("latin-1")


def test_no_key_is_told_to_anybody(owner: Owner, become: Any, tmp_path: Path) -> None:
    name = owner.user()
    become(name)
    (tmp_path / "newsbeam.toml").write_text(WITHOUT_MODEL)
    write_pages(tmp_path / "pages", 2)
    environment = {"NEWSBEAM_S3_ENDPOINT": owner.lake.endpoint}
    command = ("-v", "--lake", owner.lake.uri, "ingest", "pages", "--json")
    good = newsbeam(tmp_path, *command, environment=environment)
    assert (good.code, good.json["articles"]) == (0, 2)
    said = [good.out, good.err, *everything_in(owner.lake)]
    assert len(said) > 20
    owner.admin.user_remove(name)
    refused = newsbeam(tmp_path, *command, environment=environment)
    assert refused.code == 2
    assert "the access key is unknown there" in refused.err
    for text in (*said, refused.out, refused.err):
        assert name not in text
        assert SECRET not in text
