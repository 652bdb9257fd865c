"""`ravine dialect` says what `ravine.dialects.convert` found."""

import pytest

from ravine.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["dialect", *arguments])
    output = capsys.readouterr()
    return int(stopped.value.code or 0), output.out, output.err


def test_a_conversion(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["adam", "--from", "keras", "--to", "torch", "--set", "learning_rate=0.01", "--set", "epsilon=1e-7"]
    code, out, _ = run(capsys, *arguments)
    assert code == 0
    settings, verdict, reason = out.splitlines()
    assert settings == "torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.9, 0.999), eps=1e-07)"
    assert verdict == "approximate"
    assert reason.startswith("- eps is added before the bias correction")


def test_an_impossible_one_shows_no_settings(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "radam", "--from", "torch", "--to", "keras")
    assert code == 0
    assert out.splitlines() == ["impossible", "- keras has no radam"]


def test_our_names_for_the_rate_and_eps_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "adam", "--from", "keras", "--to", "torch", "--set", "lr=1e-3", "--set", "epsilon=1e-7")
    assert code == 0
    assert "lr=0.001" in out


@pytest.mark.parametrize("setting", ["epsilon", "epsilon=small", "eps1=3"])
def test_bad_settings_are_one_line(capsys: pytest.CaptureFixture[str], setting: str) -> None:
    code, out, err = run(capsys, "adam", "--from", "keras", "--to", "torch", "--set", setting)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "eps" in err
