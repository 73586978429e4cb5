from pathlib import Path

import pytest

from labeler.errors import LabelerError
from labeler.settings import Settings, settings_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "labeler" / "settings.json"


def test_without_a_file_there_are_defaults(path: Path) -> None:
    settings = Settings.load(path)
    assert (settings.folder, settings.theme, settings.images) == ("", "system", {})
    assert not path.parent.exists()


def test_what_was_saved_is_remembered(path: Path, tmp_path: Path) -> None:
    settings = Settings.load(path)
    settings.window_geometry = "AdnQywAD"
    settings.theme = "dark"
    settings.remember_folder(tmp_path)
    settings.remember_image(tmp_path, "Größe/写真.jpg")
    settings.remember_class(tmp_path, "coin")
    settings.remember_export(tmp_path, "coco", tmp_path / "coco")
    settings.remember_export(tmp_path, "masks", tmp_path / "masks")
    settings.remember_export(tmp_path, "coco", tmp_path / "Größe")
    settings.remember_export_options(tmp_path, {"split": "80/10/10", "grow": 2.0, "masks.bits": "8"})
    settings.remember_import_options(tmp_path, {"source": str(tmp_path / "x.json"), "add": True})
    settings.unfolded = {"export.more": True}
    settings.save()

    again = Settings.load(path)
    assert again == settings
    assert again.export_options_of(tmp_path)["grow"] == 2.0
    assert again.import_options_of(tmp_path)["add"] is True
    assert again.import_options_of(tmp_path / "other") == {}
    assert again.folder == str(tmp_path)
    assert again.image_in(tmp_path) == "Größe/写真.jpg"
    assert again.class_in(tmp_path) == "coin"
    assert again.image_in(tmp_path / "other") is None
    assert list(again.exports_of(tmp_path).items()) == [
        ("masks", str(tmp_path / "masks")),
        ("coco", str(tmp_path / "Größe")),
    ]
    assert again.exports_of(tmp_path / "other") == {}


def test_the_environment_says_where_the_settings_are(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABELER_SETTINGS", str(path))
    settings = Settings.load()
    settings.language = "de"
    settings.save()
    assert Settings.load(path).language == "de"


def test_by_default_they_are_in_the_users_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABELER_SETTINGS", raising=False)
    assert settings_path().parts[-2:] == ("labeler", "settings.json")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"theme": "pink"}',
        b'{"images": {"/photos": 1}}',
        b"[" * 100_000,
        b'{"window_state": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda content: repr(content[:20]),
)
def test_a_broken_file_is_set_aside_and_the_start_goes_on(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert Settings.load(path).theme == "system"
    assert path.with_name("settings.json.broken").read_bytes() == content
    assert not path.exists()


def test_a_broken_file_that_cannot_be_set_aside_does_not_stop_the_start_either(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    path.parent.mkdir()
    path.write_bytes(b"{")
    monkeypatch.setattr(Path, "replace", refuse)
    assert Settings.load(path).theme == "system"


def test_a_folder_in_the_place_of_the_file_does_not_stop_the_start(path: Path) -> None:
    path.mkdir(parents=True)
    assert Settings.load(path).theme == "system"
    assert path.is_dir()


def test_settings_that_cannot_be_saved_are_said(path: Path) -> None:
    path.parent.write_bytes(b"a file where a folder should be")
    with pytest.raises(LabelerError, match="could not be saved"):
        Settings.load(path).save()


def test_what_a_newer_version_remembers_is_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"theme": "light", "preset": "xseg"}')
    Settings.load(path).save()
    assert '"preset": "xseg"' in path.read_text()


def test_images_are_remembered_for_the_latest_hundred_folders(path: Path, tmp_path: Path) -> None:
    settings = Settings.load(path)
    for number in range(100):
        settings.remember_image(tmp_path / str(number), "photo.jpg")
    settings.remember_image(tmp_path / "0", "other.jpg")  # now the latest, so it outlives the next
    settings.remember_image(tmp_path / "100", "photo.jpg")
    assert len(settings.images) == 100
    assert settings.image_in(tmp_path / "0") == "other.jpg"
    assert settings.image_in(tmp_path / "1") is None


def test_a_folder_whose_name_is_no_text_is_remembered(path: Path) -> None:
    folder = Path("/photos\udcff")
    settings = Settings.load(path)
    settings.remember_image(folder, "photo.jpg")
    settings.save()
    assert Settings.load(path).image_in(folder) == "photo.jpg"


def test_keys_of_the_user_are_remembered_and_what_is_none_is_left_out(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        '{"theme": "dark", "key_preset": "xseg", "keys": {"image.next": ["Right"], "of.another.version":'
        ' ["T"], "edit.all": [], "edit.undo": "Ctrl+U", "edit.redo": [1], "tool.include": null}}'
    )
    settings = Settings.load(path)
    assert (settings.theme, settings.key_preset) == ("dark", "xseg")
    assert settings.keys == {"image.next": ["Right"], "of.another.version": ["T"], "edit.all": []}
    settings.save()
    assert Settings.load(path).keys == settings.keys


def test_options_that_are_none_are_left_out_and_the_others_stay(path: Path) -> None:
    path.parent.mkdir()
    path.write_text(
        '{"options": {"snap": false, "brush_radius": NaN}, "view": {"tint": 40, "scheme": "safe",'
        ' "gamma": []}, "shaping": {"simplify": 1e999, "grow": "x", "smooth": 3, "fragments": 1'
        + "0" * 400
        + "}}"
    )
    settings = Settings.load(path)
    assert settings.options == {"snap": False}
    assert settings.view == {"tint": 40, "scheme": "safe"}
    assert settings.shaping == {"smooth": 3}


@pytest.mark.parametrize("keys", ["[]", "1", '"Q"', "null"])
def test_keys_that_are_none_at_all_do_no_harm(path: Path, keys: str) -> None:
    path.parent.mkdir()
    path.write_text(f'{{"theme": "dark", "key_preset": [], "keys": {keys}}}')
    settings = Settings.load(path)
    assert (settings.theme, settings.key_preset, settings.keys) == ("dark", "default", {})
