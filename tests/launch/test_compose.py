"""The compose file, checked as far as that goes without a container engine: whatever it names must exist."""

import os
import re
import shlex
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from bot.settings import Settings as BotSettings
from hub.settings import PREFIX, PROJECT_ROOT
from hub.settings import Settings as HubSettings

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT_ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SERVICE_KEYS = {
    "build", "command", "depends_on", "entrypoint", "environment", "expose", "healthcheck", "image", "mem_limit",
    "networks", "ports", "profiles", "restart", "stop_grace_period", "volumes",
}  # fmt: skip
OWN_PORTS = {
    "mongo": 27017, "hub": 8700, "hub-two": 8700, "redis": 6379, "front": 8080, "rasa": 5005, "rasa-two": 5005,
    "actions": 5055, "workshop": 5805, "bot": 8790,
}  # fmt: skip
OTHERS_IMAGES = {"mongo:7.0", "redis:7-alpine", "nginx:1.27-alpine"}
DOCKERFILES = sorted({service["build"]["dockerfile"] for service in SERVICES.values() if "build" in service})
RUNS = {"hub": HubSettings, "hub-two": HubSettings, "seed": HubSettings, "bot": BotSettings}


def made_environment() -> dict[str, str]:
    """What docker/make-env.sh prints, as docker compose would read it."""
    printed = subprocess.run(
        ["sh", "docker/make-env.sh"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True, timeout=20
    ).stdout
    lines = [line for line in printed.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def filled_in(text: str, values: dict[str, str]) -> str:
    """The text with its variables, as docker compose fills them in."""

    def value(match: re.Match[str]) -> str:
        name, operator, word = match["name"], match["operator"], match["word"]
        if not values.get(name):
            assert operator != ":?", f"{name} must be set: {word}"
            return word or ""
        return values[name]

    filled = re.sub(r"(?<!\$)\$\{(?P<name>\w+)(?:(?P<operator>:[-?])(?P<word>[^}]*))?\}", value, text)
    return filled.replace("$$", "$")


def environment(service: str) -> dict[str, str]:
    given = SERVICES[service].get("environment", {})
    return {name: filled_in(str(value), made_environment()) for name, value in given.items()}


def test_it_has_the_services_and_nothing_that_compose_does_not_know() -> None:
    assert set(COMPOSE) - {key for key in COMPOSE if key.startswith("x-")} == {
        "name",
        "services",
        "networks",
        "volumes",
    }
    assert set(SERVICES) == {*OWN_PORTS, "seed"}
    for name, service in SERVICES.items():
        assert set(service) <= SERVICE_KEYS, name
        assert "image" in service, name


def test_every_image_of_ours_is_built_by_one_service() -> None:
    built = {service["image"]: name for name, service in SERVICES.items() if "build" in service}
    ours = {service["image"] for service in SERVICES.values()} - OTHERS_IMAGES
    assert ours == set(built)


def test_every_path_exists() -> None:
    named = set(COMPOSE["volumes"])
    for service in SERVICES.values():
        if "build" in service:
            assert (PROJECT_ROOT / service["build"]["context"]).is_dir()
            assert (PROJECT_ROOT / service["build"]["dockerfile"]).is_file()
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in named or (PROJECT_ROOT / source).is_file(), source


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_every_path_a_dockerfile_copies_exists_and_is_not_ignored(dockerfile: str) -> None:
    ignored = (PROJECT_ROOT / ".dockerignore").read_text().split()
    for line in (PROJECT_ROOT / dockerfile).read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            *sources, _ = line.split()[1:]
            for source in sources:
                assert (PROJECT_ROOT / source).exists(), source
                assert not {source, *source.split("/")} & set(ignored), source


def test_every_variable_is_made_or_has_a_default() -> None:
    text = (PROJECT_ROOT / "docker-compose.yml").read_text()
    filled_in(text, made_environment())
    used = set(re.findall(r"(?<!\$)\$\{(\w+)", text))
    assert used == set(made_environment())
    assert (
        len({value for name, value in made_environment().items() if "PASSWORD" in name or "KEY" in name}) == 3
    )


def test_without_secrets_it_says_how_to_make_them() -> None:
    with pytest.raises(AssertionError, match="LINKA_SERVICE_TOKEN must be set: run `sh docker"):
        filled_in(SERVICES["bot"]["environment"]["LINKA_SERVICE_TOKEN"], {})


@pytest.mark.parametrize("name", sorted(RUNS))
def test_the_settings_a_service_gets_are_known_and_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = environment(name)
    fields = {PREFIX + field.upper() for field in RUNS[name].model_fields}
    assert {variable for variable in given if variable.startswith(PREFIX)} <= fields
    for variable, value in (given | {"LINKA_TELEGRAM_TOKEN": "123456:AbC-dEf"}).items():
        monkeypatch.setenv(variable, value)
    RUNS[name]()


def test_the_bot_project_gets_exactly_the_variables_it_reads() -> None:
    nlu = PROJECT_ROOT / "nlu"
    endpoints = set(re.findall(r"\$\{(LINKA_\w+)\}", (nlu / "endpoints.yml").read_text()))
    starter = set(re.findall(r'"(LINKA_\w+)"', (nlu / "with_token.py").read_text()))
    actions = {
        name
        for file in (nlu / "actions").rglob("*.py")
        for name in re.findall(r'"(LINKA_\w+)"', file.read_text())
    }
    assert {name for name in environment("rasa") if name.startswith(PREFIX)} == endpoints | starter
    assert set(environment("actions")) == actions
    workshop = set(re.findall(r'"(LINKA_\w+)"', (nlu / "workshop" / "settings.py").read_text()))
    assert set(environment("workshop")) == workshop


def test_what_the_panel_changes_is_seen_by_all_that_use_it() -> None:
    """The same files and models, at the same places: the hub tells Rasa the path of a model as the workshop does."""
    mounts = {name: set(service.get("volumes", ())) for name, service in SERVICES.items()}
    assert {name for name in mounts if "knowledge:/knowledge" in mounts[name]} == {
        *("hub", "hub-two", "actions", "workshop"),
    }
    assert {name for name in mounts if "models:/models" in mounts[name]} == {"rasa", "rasa-two", "workshop"}
    assert environment("hub")["LINKA_KNOWLEDGE"] == environment("actions")["LINKA_KNOWLEDGE"] == "/knowledge"
    assert environment("workshop")["LINKA_MODELS"] == "/models"


def test_the_workshops_image_holds_what_it_shares_with_the_launcher() -> None:
    copied = (PROJECT_ROOT / "docker" / "nlu.Dockerfile").read_text()
    used = {
        name
        for file in (PROJECT_ROOT / "nlu" / "workshop").rglob("*.py")
        for name in re.findall(r"^from hub\.launch import (\w+)$", file.read_text(), re.MULTILINE)
    }
    assert used == {"leash", "models"}
    for name in (*used, "fingerprint", "__init__"):
        assert f"hub/launch/{name}.py" in copied


def test_every_address_is_a_service_at_its_own_port() -> None:
    for name in SERVICES:
        for variable, value in environment(name).items():
            host = urlsplit(value).hostname if "://" in value else None
            if host in SERVICES:
                assert urlsplit(value).port == OWN_PORTS[host], variable


def test_every_port_is_one_that_the_service_listens_on() -> None:
    for name, service in SERVICES.items():
        inside = [port.rpartition(":")[2] for port in service.get("ports", [])] + service.get("expose", [])
        assert [int(port) for port in inside] == ([OWN_PORTS[name]] if name in OWN_PORTS else [])
    assert f"--port {OWN_PORTS['actions']}" in " ".join(SERVICES["actions"]["command"])
    nlu, hub = ((PROJECT_ROOT / "docker" / f"{name}.Dockerfile").read_text() for name in ("nlu", "hub"))
    assert f'"--port", "{OWN_PORTS["rasa"]}"' in nlu
    assert f"LINKA_PORT={OWN_PORTS['hub']}" in hub
    published = [name for name, service in SERVICES.items() if "ports" in service]
    assert published == ["hub", "front", "bot"]
    assert filled_in(SERVICES["hub"]["ports"][0], {}) == "127.0.0.1:8700:8700"
    assert filled_in(SERVICES["bot"]["ports"][0], {}) == "127.0.0.1:8790:8790"


def test_what_waits_for_health_waits_for_one_that_tells_it() -> None:
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other]
            assert not SERVICES[other].get("profiles")


def test_every_health_check_runs_a_file_that_is_there_and_asks_the_service_itself() -> None:
    in_image = {"docker/healthy.py": "docker/healthy.py", "/healthy.py": "docker/healthy.py"}
    for name, service in SERVICES.items():
        if "healthcheck" not in service:
            continue
        kind, program, script, *arguments = service["healthcheck"]["test"]
        assert kind == "CMD"
        if program == "sh":
            mounted = {volume.split(":")[1]: volume.split(":")[0] for volume in service["volumes"]}
            assert (PROJECT_ROOT / mounted[script]).is_file()
        else:
            assert program == "python"
            assert (PROJECT_ROOT / in_image[script]).is_file()
            assert urlsplit(arguments[0]).port == OWN_PORTS[name]


def test_the_hubs_health_check_asks_a_route_of_the_hub() -> None:
    from hub.http import health

    path = urlsplit(SERVICES["hub"]["healthcheck"]["test"][-1]).path
    assert path in {route.path for route in health.routes}  # type: ignore[attr-defined]


@pytest.mark.parametrize("script", sorted((PROJECT_ROOT / "docker").glob("*.sh")), ids=lambda path: path.name)
def test_every_script_can_be_read_by_the_shell(script: Path) -> None:
    subprocess.run(["sh", "-n", script], check=True, timeout=20)


def test_the_healthy_script_tells_success_from_failure() -> None:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in ("/good", "/guarded?token=sword%26fish") else 503)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    def ask(*arguments: str) -> int:
        script = PROJECT_ROOT / "docker" / "healthy.py"
        return subprocess.run(
            [sys.executable, script, *arguments],
            capture_output=True,
            timeout=20,
            check=False,
            env={"TOKEN": "sword&fish"},
        ).returncode

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}"
        assert ask(f"{base}/good") == 0
        assert ask(f"{base}/bad") == 1
        assert ask(f"{base}/guarded", "TOKEN") == 0
        assert ask(f"{base}/guarded") == 1
        server.shutdown()
    assert ask(f"{base}/good") == 1


def test_mongo_is_a_replica_set_with_authentication() -> None:
    start = (PROJECT_ROOT / "docker" / "mongo-start.sh").read_text()
    health = (PROJECT_ROOT / "docker" / "mongo-health.sh").read_text()
    users = (PROJECT_ROOT / "docker" / "mongo-users.js").read_text()
    uri = environment("hub")["LINKA_MONGODB_URI"]
    name = parse_qs(urlsplit(uri).query)["replicaSet"][0]
    words = shlex.split(start.splitlines()[-1])
    assert words[words.index("--replSet") + 1] == name
    assert "--keyFile" in words
    assert f'_id: "{name}"' in health
    assert f'host: "mongo:{OWN_PORTS["mongo"]}"' in health
    assert f'user: "{urlsplit(uri).username}"' in users
    assert f'getSiblingDB("{parse_qs(urlsplit(uri).query)["authSource"][0]}")' in users
    for text, variables in ((start, {"MONGO_KEY"}), (users, {"LINKA_MONGO_PASSWORD"})):
        assert set(re.findall(r"(?:process\.env\.|\$)([A-Z_]+)", text)) == variables
        assert variables <= set(SERVICES["mongo"]["environment"])


def test_commands_name_modules_and_programs_that_exist() -> None:
    commands = [service["command"] for service in SERVICES.values() if "command" in service]
    modules = [command[2] for command in commands if command[:2] == ["python", "-m"]]
    assert set(modules) == {"rasa_sdk", "bot"}
    assert SERVICES["workshop"]["command"][2].endswith("exec python -m workshop")
    assert (PROJECT_ROOT / "nlu" / "workshop" / "__main__.py").is_file()
    assert '"-m", "with_token", "run"' in (PROJECT_ROOT / "docker" / "nlu.Dockerfile").read_text()
    assert (PROJECT_ROOT / "nlu" / "with_token.py").is_file()
    assert (PROJECT_ROOT / "bot" / "__main__.py").is_file()
    assert "rasa-sdk==" in (PROJECT_ROOT / "nlu" / "requirements.lock").read_text()
    assert os.access(Path(sys.executable).with_name("linka"), os.X_OK)


def test_several_hubs_stand_behind_one_front_that_keeps_nobody_at_one_of_them() -> None:
    several = {name for name, service in SERVICES.items() if service.get("profiles") == ["several"]}
    assert several == {"hub-two", "rasa-two", "redis", "front"}
    alike = ("image", "environment", "networks", "healthcheck", "depends_on", "stop_grace_period")
    assert [SERVICES["hub-two"][key] for key in alike] == [SERVICES["hub"][key] for key in alike]
    assert "LINKA_REDIS_URL" in environment("hub")
    front = (PROJECT_ROOT / "docker" / "front.conf").read_text()
    servers = re.findall(r"^\s*server ([\w-]+):(\d+)", front, re.MULTILINE)
    assert servers == [(name, str(OWN_PORTS[name])) for name in ("hub", "hub-two")]
    assert f"listen {OWN_PORTS['front']};" in front
    assert "proxy_set_header Upgrade $http_upgrade;" in front, "sockets are WebSockets"
    assert "ip_hash" not in front, "any hub serves anybody"
    for inside in ("/health/", "/metrics"):
        assert f"location {inside} {{ return 404; }}" in front


def test_only_the_hubs_and_the_bots_own_programs_reach_the_bot() -> None:
    """Rasa's channel asks for no token, so the network is the wall; it leads nowhere else."""
    assert COMPOSE["networks"] == {"default": None, "rasa": {"internal": True}}
    inside = {name for name, service in SERVICES.items() if "rasa" in service.get("networks", ())}
    assert inside == {"hub", "hub-two", "rasa", "rasa-two", "actions", "workshop"}
    for name in ("rasa", "rasa-two", "actions", "workshop"):
        assert SERVICES[name]["networks"] == ["rasa"]
        assert "ports" not in SERVICES[name]
    assert environment("rasa")["LINKA_RASA_TOKEN"]


def test_two_rasas_share_their_dialogues_and_are_alike() -> None:
    assert SERVICES["rasa-two"] == SERVICES["rasa"] | {"profiles": ["several"]}
    assert "rasa:/data" in SERVICES["rasa"]["volumes"]
    given = (PROJECT_ROOT / "docker" / "make-env.sh").read_text()
    assert "# Two Rasas, which share their dialogues: http://rasa:5005,http://rasa-two:5005" in given


def test_redis_keeps_nothing() -> None:
    assert SERVICES["redis"]["command"] == ["redis-server", "--save", "", "--appendonly", "no"]
    assert "volumes" not in SERVICES["redis"]
