"""Reading fault scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.emulator import CallRule, JobRule, RowRule, Scenario, load_scenario, scenario


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    value = {
        "too_long": "truncate",
        "refused_types": ["jsonl"],
        "calls": [{"on": "create", "do": "cut", "effect": True, "after": 1}],
        "rows": [{"do": "error", "fraction": 0.1, "once": True}],
        "jobs": [{"do": "shuffle", "times": 0}],
    }
    (tmp_path / "a.json").write_text(json.dumps(value))
    (tmp_path / "a.toml").write_text(
        'too_long = "truncate"\nrefused_types = ["jsonl"]\n'
        '[[calls]]\non = "create"\ndo = "cut"\neffect = true\nafter = 1\n'
        '[[rows]]\ndo = "error"\nfraction = 0.1\nonce = true\n[[jobs]]\ndo = "shuffle"\ntimes = 0\n'
    )
    expected = Scenario(
        too_long="truncate",
        refused_types=frozenset({"jsonl"}),
        calls=(CallRule(on="create", do="cut", effect=True, after=1),),
        rows=(RowRule(do="error", fraction=0.1, once=True),),
        jobs=(JobRule(do="shuffle", times=0),),
    )
    assert load_scenario(tmp_path / "a.json") == load_scenario(str(tmp_path / "a.toml")) == expected


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("a.toml", "calls = [", "is not TOML"),
        ("a.json", "{", "is not JSON"),
        ("a.yaml", "a: 1", "must end in .toml or .json"),
        ("a.json", b"\xff", "is not JSON"),
        ("a.toml", b"\xff", "is not TOML"),
        ("a.json", "[]", "not usable: Expected `object`, got `array`."),
        ("a.json", '{"colour": "red"}', "not usable: Object contains unknown field `colour`."),
        ("a.toml", "[[calls]]\ncolour = 1", "not usable: Object contains unknown field `colour`, at calls[0]."),
        ("a.json", '{"calls": {}}', "Expected `array`, got `object`, at calls."),
        ("a.json", '{"calls": [{"on": "create"}]}', "Object missing required field `do`, at calls[0]."),
        ("a.json", '{"calls": [{"on": "sing", "do": "cut"}]}', "on is 'sing', but one of upload_start"),
        ("a.json", '{"calls": [{"on": "get", "do": "cut", "after": "1"}]}', "got `str`, at calls[0].after."),
        ("a.json", '{"calls": [{"on": "get", "do": "cut", "times": true}]}', "got `bool`, at calls[0].times."),
        ("a.json", '{"calls": [{"on": "get", "do": "error", "status": 99}]}', "Expected `int` >= 200, at"),
        ("a.json", '{"calls": [{"on": "get", "do": "delay", "seconds": -1}]}', "Expected `float` >= 0.0, at"),
        ("a.json", '{"calls": [{"on": "get", "do": "error", "details": [1]}]}', "got `int`, at calls[0].details[0]."),
        ("a.json", '{"rows": [{"do": "drop"}, {"do": "fly"}]}', "do is 'fly', but one of error, drop"),
        ("a.json", '{"rows": [{"do": "drop"}, {"do": "fly"}]}', "was expected, at rows[1]."),
        ("a.json", '{"rows": [{"do": "drop", "fraction": 2}]}', "Expected `float` <= 1.0, at rows[0].fraction."),
        ("a.json", '{"rows": [{"do": "drop", "regex": "("}]}', "not a regular expression"),
        ("a.json", '{"jobs": [{"do": "slow_download", "bytes_per_second": 0}]}', "Expected `int` >= 1"),
        ("a.json", '{"too_long": "fold"}', "too_long is 'fold', but one of refuse, truncate was expected."),
        ("a.json", '{"cancel_lag": -1}', "Expected `float` >= 0.0, at cancel_lag."),
    ],
)
def test_a_bad_file_is_told_in_a_sentence(tmp_path: Path, name: str, text: str | bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ValueError, match=re.escape(sentence)):
        load_scenario(path)


def test_a_missing_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        load_scenario(tmp_path / "none.toml")


def test_the_docstring_lists_the_whole_vocabulary() -> None:
    text = scenario.__doc__ or ""
    for word in (*scenario.CALL_FAULTS, *scenario.ROW_FAULTS, *scenario.JOB_FAULTS):
        assert f"`{word}`" in text, word
    for setting in scenario.Scenario.__struct_fields__:
        assert re.search(rf"\b{setting}\b", text), setting
