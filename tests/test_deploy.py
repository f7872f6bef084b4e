"""Everything in deploy/ fits the code, the command line and each other, as far as that shows without a cluster."""

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
import yaml

from newsbeam import names_file
from newsbeam.cli import parser
from newsbeam.config import KEYS, SECRETS, read_file
from schemas.settings import FeedSettings, FetchSettings, LakeSettings, ProcessSettings, RetentionSettings, Settings

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
FEEDS = "/etc/newsbeam/feeds.opml"
SETTINGS = "/etc/newsbeam/newsbeam.toml"


def load(name: str) -> Any:
    return yaml.safe_load((DEPLOY / name).read_text(encoding="utf-8"))


def container() -> dict[str, Any]:
    (only,) = load("kubernetes/cronjob.yaml")["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    return dict(only)


def unit(name: str) -> dict[str, dict[str, str]]:
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string((DEPLOY / "systemd" / name).read_text(encoding="utf-8"))
    return {section: dict(read[section]) for section in read.sections()}


def cron_lines() -> list[str]:
    lines = (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if re.match(r"[\d*]", line)]


def daily_commands() -> dict[str, list[str]]:
    line, _ = cron_lines()
    return {
        "crontab": shlex.split(line.rpartition(" exec newsbeam ")[2]),
        "systemd": shlex.split(unit("newsbeam.service")["Service"]["ExecStart"])[1:],
        "compose": load("compose.yaml")["services"]["ingest"]["command"],
        "kubernetes": container()["args"],
    }


def stages(name: str) -> list[list[tuple[str, str]]]:
    """Read a Dockerfile into stages of (instruction, argument)."""
    text = re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n", "", (DEPLOY / name).read_text(encoding="utf-8")))
    found: list[list[tuple[str, str]]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        word, _, rest = line.partition(" ")
        if word == "FROM":
            found.append([])
        found[-1].append((word, rest.strip()))
    return found


def argument(stage: list[tuple[str, str]], word: str) -> str:
    return [rest for name, rest in stage if name == word][-1]


# ---- the daily job --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["crontab", "systemd", "compose", "kubernetes"])
def test_runs_the_daily_job(place: str) -> None:
    read: Namespace = parser().parse_args(daily_commands()[place])
    assert read.command == "ingest"
    assert re.fullmatch(r"s3://[a-z0-9-]+/[a-z]+", read.lake)
    assert read.feeds == [FEEDS]
    assert read.config == SETTINGS


def test_the_stream_is_a_service_that_stops_in_time() -> None:
    service = unit("newsbeam-stream.service")["Service"]
    read: Namespace = parser().parse_args(shlex.split(service["ExecStart"])[1:])
    assert (read.command, read.feeds, read.config) == ("stream", [FEEDS], SETTINGS)
    assert service["KillMode"] == "mixed"
    assert service["TimeoutStopSec"] == "30s"
    assert service["RestartPreventExitStatus"] == "1 2"


def test_the_crontab_lines_are_one_command_a_day_each() -> None:
    for line in cron_lines():
        assert re.match(r"\d{1,2} \d{1,2} \* \* \* ", line)
        assert "%" not in line, "cron turns % into a line break"
        subprocess.run(["sh", "-n", "-c", line.split(maxsplit=5)[5]], check=True)


def test_the_lake_of_the_daily_job_is_maintained() -> None:
    _, line = cron_lines()
    after = unit("newsbeam.service")["Service"]["ExecStartPost"]
    for command in (line.rpartition(" exec newsbeam ")[2], after.partition("newsbeam ")[2]):
        read: Namespace = parser().parse_args(shlex.split(command))
        assert (read.command, read.lake, read.config) == ("maintain", "s3://news/lake", SETTINGS)


# ---- settings and feeds ---------------------------------------------------------------------------------------------


def uncommented(text: str) -> str:
    return re.sub(r"(?m)^# (?=[a-z_]+ = )", "", text)


def test_the_example_settings_load() -> None:
    read_file(DEPLOY / "newsbeam.toml")


def test_the_example_settings_name_every_key(tmp_path: Path) -> None:
    path = tmp_path / "newsbeam.toml"
    path.write_text(uncommented((DEPLOY / "newsbeam.toml").read_text(encoding="utf-8")), encoding="utf-8")
    named = {section: set(keys) for section, keys in read_file(path).items()}
    assert named == {section: set(keys) - SECRETS for section, keys in KEYS.items()}


def test_the_example_settings_show_the_defaults() -> None:
    shown = tomllib.loads(uncommented((DEPLOY / "newsbeam.toml").read_text(encoding="utf-8")))
    top = {key: value for key, value in shown.items() if not isinstance(value, dict)}
    assert top.pop("lake") == LakeSettings.uri
    assert top.pop("contact") == FetchSettings.contact
    assert shown["process"].pop("models")
    assert shown["process"].pop("names") == names_file.DEFAULT_FILE
    shown["fetch"] |= {key: tuple(value) for key, value in shown["fetch"].items() if isinstance(value, list)}
    parts = ((top, Settings), (shown["s3"], LakeSettings), (shown["fetch"], FetchSettings))
    parts = (*parts, (shown["feeds"], FeedSettings))
    parts = (*parts, (shown["retention"], RetentionSettings))
    for values, settings in (*parts, (shown["process"], ProcessSettings)):
        assert values == {key: getattr(settings(), key) for key in values}


def test_the_example_feeds_are_read() -> None:
    from pipelines.inputs import resolve

    feeds = resolve([], [str(DEPLOY / "feeds.opml")], None).feeds
    assert len(feeds) == (DEPLOY / "feeds.opml").read_text(encoding="utf-8").count("xmlUrl=") >= 2
    assert all(feed.url.startswith("https://") and feed.name for feed in feeds)


def test_the_environment_example_holds_no_values() -> None:
    lines = (DEPLOY / "environment.example").read_text(encoding="utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert {name: value for name, value in values.items() if value} == {"NEWSBEAM_S3_ENDPOINT": "http://127.0.0.1:9000"}


# ---- container ------------------------------------------------------------------------------------------------------


def test_the_image_is_ours_pinned_and_not_root() -> None:
    build, image = stages("Dockerfile")
    assert argument(build, "FROM") == "python:3.12-slim AS wheel"
    assert argument(image, "FROM") == "python:3.12-slim"
    assert json.loads(argument(image, "ENTRYPOINT")) == ["newsbeam"]
    assert int(argument(image, "USER").split(":")[0]) > 0
    installs = [rest for word, rest in build + image if word == "RUN" and "pip install" in rest]
    assert all("--require-hashes" in rest or "--no-index" in rest for rest in installs)
    assert any("-r /tmp/requirements.lock" in rest for rest in installs)


def test_the_health_check_is_a_command() -> None:
    check = json.loads(argument(stages("Dockerfile")[-1], "HEALTHCHECK").partition("CMD ")[2])
    assert check[0] == "newsbeam"
    assert parser().parse_args(check[1:]).command == "sql"


def test_the_image_gets_what_it_copies() -> None:
    lines = [line for stage in stages("Dockerfile") for line in stage]
    copied = [rest.split() for word, rest in lines if word == "COPY" and "--from" not in rest]
    sources = {source for words in copied for source in words[:-1]}
    let_in = {line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line[:1] == "!"}
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["build-backend"]["module-name"]
    assert sources == let_in
    assert sources >= set(packages)
    assert all((ROOT / source).exists() for source in sources)


def test_the_image_builds_with_the_locked_tool() -> None:
    script = next(rest for word, rest in stages("Dockerfile")[0] if word == "RUN" and "sed" in rest).split(">")[0]
    lock = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.match(r"uv-build==[\d.]+ \\\n", lock)
    assert len(re.findall(r"(?m)^[a-z]", lock)) == 1
    assert lock.count("--hash=sha256:") > 1


def test_the_wheel_of_the_image_holds_all_of_the_code(tmp_path: Path) -> None:
    command = ["-m", "pip", "wheel", "--no-build-isolation", "--no-index", "--no-deps", "--quiet"]
    tools = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([sys.executable, *command, "--wheel-dir", str(tmp_path), str(ROOT)], check=True, env=tools)
    (wheel,) = tmp_path.glob("newsbeam-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]["build-backend"]["module-name"]
    files = {path for name in packages for path in (ROOT / name).rglob("*") if path.is_file()}
    ours = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert ours - names == set()
    assert any(name.endswith(".sql") for name in ours)


def test_minio_is_built_from_the_same_source_everywhere() -> None:
    build, image = stages("minio/Dockerfile")
    version = re.search(r"(?m)^VERSION=(\S+)", (ROOT / "scripts" / "minio.sh").read_text())
    assert version
    assert f"github.com/minio/minio@{version[1]}" in argument(build, "RUN")
    assert argument(build, "FROM").startswith("golang:")
    assert int(argument(image, "USER").split(":")[0]) > 0


# ---- compose --------------------------------------------------------------------------------------------------------

#: Keys of a service, out of the Compose specification.
SERVICE_KEYS = {
    *("image", "build", "init", "restart", "stop_grace_period", "depends_on", "environment", "volumes", "read_only"),
    *("tmpfs", "cap_drop", "security_opt", "ports", "healthcheck", "profiles", "command", "entrypoint", "user"),
}


def test_compose_builds_everything_itself() -> None:
    services = load("compose.yaml")["services"]
    assert {"minio", "ingest"} <= set(services)
    for name, service in services.items():
        assert set(service) <= SERVICE_KEYS, name
        context = DEPLOY / service["build"]["context"]
        assert (context / service["build"].get("dockerfile", "Dockerfile")).is_file(), name
        assert set(service.get("depends_on", {})) <= set(services), name


def test_compose_mounts_what_is_there() -> None:
    compose = load("compose.yaml")
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (DEPLOY / source).is_file() if source.startswith(".") else source in compose["volumes"]
    targets = {volume.split(":")[1] for volume in compose["services"]["ingest"]["volumes"]}
    assert targets == {FEEDS, SETTINGS}


def test_compose_takes_every_secret_from_the_environment() -> None:
    compose = load("compose.yaml")
    example = (DEPLOY / "environment.example").read_text(encoding="utf-8")
    for service in compose["services"].values():
        for name, value in service["environment"].items():
            asked = re.fullmatch(r"\$\{(\w+):\?.+\}", value)
            assert asked or not re.search(r"KEY|PASSWORD|USER", name)
            assert not asked or f"\n{asked[1]}=" in example


def test_compose_speaks_to_its_own_minio() -> None:
    services = load("compose.yaml")["services"]
    assert services["ingest"]["environment"]["NEWSBEAM_S3_ENDPOINT"] == "http://minio:9000"
    assert services["ingest"]["depends_on"]["minio"]["condition"] == "service_healthy"
    assert "healthcheck" in services["minio"]
    assert all(port.startswith("127.0.0.1:") for port in services["minio"]["ports"])


# ---- systemd --------------------------------------------------------------------------------------------------------


def test_the_service_stops_and_retries_as_the_exit_codes_ask() -> None:
    service = unit("newsbeam.service")["Service"]
    assert service["Type"] == "oneshot"
    assert service["Restart"] == "on-failure"
    assert service["RestartPreventExitStatus"].split() == ["1", "2"]
    assert service["KillMode"] == "mixed", "a worker that is told to stop loses the document in its hands"
    timer = unit("newsbeam.timer")
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if not tool:
        pytest.skip("systemd-analyze is not on PATH")
    text = (DEPLOY / "systemd" / "newsbeam.service").read_text(encoding="utf-8")
    (tmp_path / "newsbeam.service").write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", text))
    shutil.copy(DEPLOY / "systemd" / "newsbeam.timer", tmp_path)
    command = [tool, "verify", "--man=no", str(tmp_path / "newsbeam.service"), str(tmp_path / "newsbeam.timer")]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in checked.stderr.splitlines() if str(tmp_path) in line or "newsbeam." in line]
    assert (checked.returncode, told) == (0, [])


# ---- Kubernetes -----------------------------------------------------------------------------------------------------

#: Keys of a CronJob's and of a Job's `spec`, out of the reference of batch/v1.
CRON_JOB_KEYS = {
    *("schedule", "timeZone", "concurrencyPolicy", "startingDeadlineSeconds", "suspend", "jobTemplate"),
    *("successfulJobsHistoryLimit", "failedJobsHistoryLimit"),
}
JOB_KEYS = {
    *("backoffLimit", "activeDeadlineSeconds", "ttlSecondsAfterFinished", "podFailurePolicy", "template"),
    *("completions", "parallelism"),
}


def test_the_cron_job_has_the_shape_of_one() -> None:
    job = load("kubernetes/cronjob.yaml")
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "CronJob")
    assert re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,50}[a-z0-9])?", job["metadata"]["name"])
    assert len(job["spec"]["schedule"].split()) == 5
    assert job["spec"]["concurrencyPolicy"] == "Forbid"
    assert set(job["spec"]) <= CRON_JOB_KEYS
    assert set(job["spec"]["jobTemplate"]["spec"]) <= JOB_KEYS


def test_the_cron_job_retries_as_the_exit_codes_ask() -> None:
    spec = load("kubernetes/cronjob.yaml")["spec"]["jobTemplate"]["spec"]
    assert spec["template"]["spec"]["restartPolicy"] == "Never", "podFailurePolicy asks for it"
    actions: dict[int, str] = {}
    for rule in spec["podFailurePolicy"]["rules"]:
        assert rule["action"] in ("FailJob", "Ignore", "Count")
        assert ("onExitCodes" in rule) != ("onPodConditions" in rule)
        codes = rule.get("onExitCodes", {"values": [], "containerName": container()["name"], "operator": "In"})
        assert codes["containerName"] == container()["name"]
        assert codes["operator"] == "In"
        assert codes["values"] == sorted(set(codes["values"]))
        actions.update({code: rule["action"] for code in codes["values"]})
    assert actions == {1: "FailJob", 2: "FailJob", 3: "Count", 4: "Count"}
    assert spec["backoffLimit"] > 0


def test_the_cron_job_mounts_what_it_names() -> None:
    spec = load("kubernetes/cronjob.yaml")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    assert {mount["name"] for mount in container()["volumeMounts"]} == {volume["name"] for volume in spec["volumes"]}
    (settings,) = [volume["configMap"]["name"] for volume in spec["volumes"] if "configMap" in volume]
    kustomization = load("kustomization.yaml")
    (generated,) = kustomization["configMapGenerator"]
    assert generated["name"] == settings
    assert {f"/etc/newsbeam/{name}" for name in generated["files"]} == {FEEDS, SETTINGS}
    assert all((DEPLOY / name).is_file() for name in (*generated["files"], *kustomization["resources"]))
    assert [image["name"] for image in kustomization["images"]] == [container()["image"]]


def test_the_cron_job_takes_its_keys_from_a_secret_without_values() -> None:
    secret = load("kubernetes/secret.example.yaml")
    assert (secret["apiVersion"], secret["kind"]) == ("v1", "Secret")
    assert set(secret["stringData"].values()) == {""}
    references = {e["name"]: e["valueFrom"]["secretKeyRef"] for e in container()["env"] if "valueFrom" in e}
    assert set(references) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert {reference["name"] for reference in references.values()} == {secret["metadata"]["name"]}
    assert {reference["key"] for reference in references.values()} == set(secret["stringData"])
    assert "kubernetes/secret.example.yaml" not in load("kustomization.yaml")["resources"]


def test_the_pod_is_not_root_and_writes_nowhere_but_tmp() -> None:
    spec = load("kubernetes/cronjob.yaml")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    user = argument(stages("Dockerfile")[-1], "USER").split(":")
    assert [spec["securityContext"]["runAsUser"], spec["securityContext"]["runAsGroup"]] == list(map(int, user))
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert container()["securityContext"]["readOnlyRootFilesystem"] is True
    assert container()["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_kustomize_builds_it() -> None:
    tool = shutil.which("kubectl")
    if not tool:
        pytest.skip("kubectl is not on PATH")
    built = subprocess.run([tool, "kustomize", str(DEPLOY)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    kinds = {document["kind"]: document for document in yaml.safe_load_all(built.stdout)}
    assert set(kinds) == {"ConfigMap", "CronJob"}
    assert set(kinds["ConfigMap"]["data"]) == {"feeds.opml", "newsbeam.toml"}
