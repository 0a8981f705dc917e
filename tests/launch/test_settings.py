"""Settings: defaults that work, clear words for wrong ones, no secret in any of them."""

from pathlib import Path

import pytest

from hub.settings import Settings, SettingsError, inherited_environment, load_settings, unknown_names


def test_without_any_variable_everything_has_a_working_default() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8700, "http://localhost:8700")
    assert settings.mongodb_uri is None
    assert settings.nlu_urls == ("http://127.0.0.1:5705",)
    assert settings.data.is_absolute()


def test_the_public_address_follows_the_port_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_PORT", "9000")
    assert load_settings().public_url == "http://localhost:9000"
    monkeypatch.setenv("LINKA_PUBLIC_URL", "https://chat.example.com/")
    assert load_settings().public_url == "https://chat.example.com"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINKA_TELEGRAM_TOKEN", "LINKA_MONGODB_URI", "LINKA_RASA_URL", "LINKA_PYTHON310"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.mongodb_uri is None
    assert settings.rasa_url is None
    assert settings.python310 is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LINKA_PORT", "abc", "integer"),
        ("LINKA_PORT", "70000", "65535"),
        ("LINKA_MONGO_PORT", "0", "greater than or equal to 1"),
        ("LINKA_RASA_URL", "localhost", "http://"),
        ("LINKA_PUBLIC_URL", "chat.example.com", "http://"),
        ("LINKA_PUBLIC_URL", "https://chat.example.com/?x=1", "query"),
        ("LINKA_LOG_LEVEL", "loud", "'debug'"),
        ("LINKA_LOG_FORMAT", "xml", "'json'"),
        ("LINKA_MONGODB_DRIVER", "mongoose", "'motor'"),
        ("LINKA_MONGODB_DATABASE", "a.b", "pattern"),
        ("LINKA_DEMO", "perhaps", "boolean"),
        ("LINKA_REDIS_URL", "localhost:6379", "redis://"),
        ("LINKA_BUSINESS_HOURS", "9 to 5", "write it like Mo-Fr 08:00-20:00"),
        ("LINKA_TIME_ZONE", "Prague", "Europe/Prague"),
        ("LINKA_HOLIDAYS", "XX", "such as CZ"),
        ("LINKA_REDIS_URL", "redis://:sword/fish@localhost:6379/0", "%XX"),
    ],
)
def test_a_wrong_value_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    (line,) = str(refusal.value).splitlines()
    assert line.startswith(f"{name}: ")
    assert said in line


def test_a_webhook_needs_an_address_and_a_port_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_TELEGRAM_MODE", "webhook")
    with pytest.raises(SettingsError, match="LINKA_TELEGRAM_WEBHOOK_URL: must be set"):
        load_settings()
    monkeypatch.setenv("LINKA_TELEGRAM_WEBHOOK_URL", "https://chat.example.com/telegram")
    monkeypatch.setenv("LINKA_TELEGRAM_WEBHOOK_PORT", "8700")
    with pytest.raises(SettingsError, match="LINKA_TELEGRAM_WEBHOOK_PORT and LINKA_PORT are both 8700"):
        load_settings()


def test_every_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_PORT", "abc")
    monkeypatch.setenv("LINKA_DEMO", "perhaps")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert [line.split(":")[0] for line in str(refusal.value).splitlines()] == ["LINKA_PORT", "LINKA_DEMO"]


def test_two_things_on_one_port_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_PORT", "5705")
    with pytest.raises(SettingsError, match="LINKA_RASA_PORT and LINKA_PORT are both 5705"):
        load_settings()
    monkeypatch.setenv("LINKA_RASA_URL", "off")
    assert load_settings().port == 5705


def test_rasa_processes_take_the_ports_that_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_RASA_PROCESSES", "3")
    assert load_settings().nlu_urls == tuple(f"http://127.0.0.1:{port}" for port in (5705, 5706, 5707))
    monkeypatch.setenv("LINKA_ACTIONS_PORT", "5706")
    with pytest.raises(SettingsError, match=r"process 2\) and LINKA_ACTIONS_PORT are both 5706"):
        load_settings()
    monkeypatch.delenv("LINKA_ACTIONS_PORT")
    monkeypatch.setenv("LINKA_RASA_PORT", "65534")
    with pytest.raises(SettingsError, match="LINKA_RASA_PORT: too high for that many LINKA_RASA_PROCESSES"):
        load_settings()


def test_a_rasa_of_ones_own_may_have_several_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_RASA_URL", "http://rasa:5005/, http://rasa-two:5005")
    assert load_settings().nlu_urls == ("http://rasa:5005", "http://rasa-two:5005")
    monkeypatch.setenv("LINKA_RASA_URL", "http://rasa:5005,http://rasa:5005/")
    with pytest.raises(SettingsError, match="LINKA_RASA_URL: must name each address once"):
        load_settings()
    monkeypatch.setenv("LINKA_RASA_URL", "http://rasa:5005,off")
    with pytest.raises(SettingsError, match="LINKA_RASA_URL: must be an address"):
        load_settings()


def test_secrets_show_neither_in_errors_nor_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", "swordfish")
    monkeypatch.setenv("LINKA_TELEGRAM_TOKEN", "123:swordfish")
    monkeypatch.setenv("LINKA_RASA_TOKEN", "swordfish")
    monkeypatch.setenv("LINKA_MONGODB_URI", "mongodb://linka:swordfish@db/?replicaSet=x")
    assert "swordfish" not in repr(load_settings())
    monkeypatch.setenv("LINKA_MONGODB_URI", "mysql://linka:swordfish@db")
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    assert "swordfish" not in str(refusal.value)


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_the_workshop_is_beside_a_bot_of_ours_or_where_it_is_said_to_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert load_settings().workshop == "http://127.0.0.1:5805"
    monkeypatch.setenv("LINKA_WORKSHOP_PORT", "5705")
    with pytest.raises(SettingsError, match="LINKA_WORKSHOP_PORT"):
        load_settings()
    monkeypatch.setenv("LINKA_WORKSHOP_URL", "Off")
    assert load_settings().workshop is None
    monkeypatch.setenv("LINKA_WORKSHOP_URL", "http://workshop:5805/")
    assert load_settings().workshop == "http://workshop:5805"
    monkeypatch.setenv("LINKA_WORKSHOP_URL", "workshop")
    with pytest.raises(SettingsError, match="LINKA_WORKSHOP_URL: must be an address"):
        load_settings()
    monkeypatch.delenv("LINKA_WORKSHOP_URL")
    monkeypatch.setenv("LINKA_RASA_URL", "http://rasa:5005")
    assert load_settings().workshop is None


def test_off_means_no_bot_in_any_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_RASA_URL", "OFF")
    assert load_settings().nlu_urls == ()


def test_children_inherit_neither_settings_nor_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_SERVICE_TOKEN", "swordfish")
    environment = inherited_environment()
    assert "PATH" in environment
    assert not [name for name in environment if name.startswith("LINKA_")]


def test_a_slip_of_the_pen_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_PROT", "9000")
    monkeypatch.setenv("LINKA_PORT", "9000")
    assert unknown_names() == ["LINKA_PROT"]


def test_a_relative_data_folder_is_taken_from_where_one_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LINKA_DATA", "elsewhere")
    assert load_settings().data == tmp_path / "elsewhere"


def test_the_address_for_neighbours_is_one_that_can_be_called(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINKA_HOST", "0.0.0.0")
    assert load_settings().local_url == "http://127.0.0.1:8700"
