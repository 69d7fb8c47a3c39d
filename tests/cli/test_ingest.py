"""`halfrate ingest`."""

from __future__ import annotations

import json

from engine.emulator import CallRule, EmulatorServer
from tests.cli.conftest import BATCH_KEY, DEFAULT_KEY, Misbehave, Shell


def test_a_folder_is_taken_in_and_waits(shell: Shell) -> None:
    folder = shell.folder / "docs"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.md").write_text("# Tea\n\nSteep the leaves for three minutes.", "utf-8")
    (folder / "deep" / "b.txt").write_text("Water of 80 degrees.", "utf-8")
    (folder / "c.html").write_text("<html><body><h1>Cups</h1><p>Warm them.</p></body></html>", "utf-8")
    (folder / "d.py").write_text("def pour():\n    return 'tea'\n", "utf-8")
    document = shell.json("ingest", folder)
    assert document["documents"] == {"added": 4, "changed": 0, "unchanged": 0}
    assert document["chunks"]["pending"] == shell.json("queue", "status")["chunks"]["pending"] == 4
    assert (document["tokens"], document["amount"], document["skipped"]) == (0, "0.00", 0)
    again = shell.json("ingest", folder)
    assert again["documents"]["unchanged"] == 4
    assert again["chunks"]["pending"] == 0


def test_a_changed_file_replaces_what_changed(shell: Shell) -> None:
    page = shell.folder / "page.md"
    page.write_text("# One\n\nfirst\n\n# Two\n\nsecond\n" + "word " * 600, "utf-8")
    shell.call("ingest", page)
    page.write_text("# One\n\nanother\n\n# Two\n\nsecond\n" + "word " * 600, "utf-8")
    document = shell.json("ingest", page)
    assert document["documents"] == {"added": 0, "changed": 1, "unchanged": 0}
    assert document["chunks"]["kept"] > 0


def test_json_lines_keep_their_ids_and_metadata(shell: Shell) -> None:
    lines = shell.folder / "notes.jsonl"
    lines.write_text(
        '{"id": "a", "text": "green tea", "metadata": {"year": 2026}}\nnot json\n{"id": "b", "text": "black tea"}\n',
        "utf-8",
    )
    result = shell.call("ingest", lines, "--json")
    document = json.loads(result.stdout)
    assert document["documents"]["added"] == 2
    (remark,) = document["remarks"]
    assert (remark["line"], remark["skipped"]) == (2, True)
    assert "line 2" in result.stderr
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    shell.call("export", shell.folder / "v.jsonl")
    first = json.loads((shell.folder / "v.jsonl").read_text("utf-8").splitlines()[0])
    assert first["source"].endswith("notes.jsonl#a")
    assert first["document_metadata"] == {"year": 2026}


def test_a_glob_chooses_among_the_files(shell: Shell) -> None:
    (shell.folder / "docs").mkdir()
    for name in ("a.md", "b.txt"):
        (shell.folder / "docs" / name).write_text("text", "utf-8")
    assert shell.json("ingest", shell.folder / "docs", "--glob", "*.md")["documents"]["added"] == 1


def test_standard_input_is_a_document(shell: Shell) -> None:
    assert shell.json("ingest", "-", input="a text from a pipe")["documents"]["added"] == 1
    assert shell.json("queue", "status")["chunks"]["pending"] == 1


def test_at_once_means_full_price_and_ready(shell: Shell, emulator: EmulatorServer) -> None:
    page = shell.folder / "page.md"
    page.write_text("Steep the leaves for three minutes.", "utf-8")
    document = shell.json("ingest", page, "--mode", "sync")
    assert document["chunks"]["ready"] == 1
    assert document["tokens"] == emulator.bill()["totals"]["synchronous"] > 0
    report = shell.json("cost", "report")
    assert report["sync"] == {"tokens": document["tokens"], "amount": document["amount"]}
    assert emulator.bill()["entries"][0]["key"] == DEFAULT_KEY[-4:]
    assert "1 document: 0 new, 0 changed, 1 unchanged" in shell.call("ingest", page, "--mode", "sync").stdout


def test_both_paths_give_the_same_vectors(shell: Shell) -> None:
    page = shell.folder / "page.txt"
    page.write_text("Water of 80 degrees, leaves of the first harvest.", "utf-8")
    vectors = []
    for mode in ("sync", "async"):
        shell.environ["HALFRATE_DB"] = str(shell.folder / f"{mode}.db")
        shell.call("ingest", page, "--mode", mode)
        shell.call("queue", "flush")
        shell.call("queue", "sync")
        shell.call("export", shell.folder / f"{mode}.jsonl")
        vectors.append(json.loads((shell.folder / f"{mode}.jsonl").read_text("utf-8"))["vector"])
    assert vectors[0] == vectors[1]


def test_files_that_cannot_be_read_are_named_and_the_others_taken_in(shell: Shell) -> None:
    folder = shell.folder / "docs"
    folder.mkdir()
    (folder / "good.txt").write_text("a good text", "utf-8")
    (folder / "empty.txt").write_text("", "utf-8")
    (folder / "binary.txt").write_bytes(b"\x00\x01\x02" * 100)
    (folder / "broken.txt").write_bytes(
        "ein Text mit Umlauten: äöü, und mehr davon: ÄÖÜß ".encode() * 20 + b"\xff\xfe "
    )
    result = shell.call("ingest", folder)
    assert "2 new" in result.stdout
    assert "2 skipped" in result.stdout
    for name in ("empty.txt", "binary.txt", "broken.txt"):
        assert name in result.stderr


def test_texts_of_every_kind_are_embedded(shell: Shell) -> None:
    folder = shell.folder / "docs"
    folder.mkdir()
    texts = {"rtl": "שלום עולם", "emoji": "tea 🍵 👩‍👩‍👧", "control": "a\x07b\x1b[31mred", "nul": "one line\nthen more"}
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    (folder / "surrogate.jsonl").write_text(
        '{"id": "s", "text": "half \\ud83c of a pair, and \\u0000 a NUL"}\n', "utf-8"
    )
    shell.call("ingest", folder)
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    chunks = shell.json("queue", "status")["chunks"]
    assert chunks["ready"] == chunks["total"] == 5
    shell.call("export", shell.folder / "v.jsonl")


def test_a_path_that_does_not_exist_is_an_error_when_nothing_else_was_there(shell: Shell) -> None:
    result = shell.call("ingest", shell.folder / "nowhere", code=1)
    assert "nowhere" in result.stderr
    good = shell.folder / "good.txt"
    good.write_text("a good text", "utf-8")
    shell.call("ingest", shell.folder / "nowhere", good, code=1)


def test_without_a_default_key_at_once_is_refused_and_waiting_works(shell: Shell) -> None:
    page = shell.folder / "page.txt"
    page.write_text("a text", "utf-8")
    del shell.environ["GEMINI_API_KEY"]
    result = shell.call("ingest", page, "--mode", "sync", code=5)
    assert "GEMINI_API_KEY" in result.stderr
    shell.call("ingest", page)


def test_the_batch_key_is_never_used_at_once(shell: Shell, emulator: EmulatorServer, misbehave: Misbehave) -> None:
    page = shell.folder / "page.txt"
    page.write_text("a text", "utf-8")
    misbehave(calls=(CallRule(on="embed", do="error", status=400, key=BATCH_KEY[-4:], times=0),))
    shell.call("ingest", page, "--mode", "sync")
    assert {entry["key"] for entry in emulator.bill()["entries"]} == {DEFAULT_KEY[-4:]}


def test_no_network_at_once_is_one_sentence_and_nothing_is_paid(offline: Shell) -> None:
    page = offline.folder / "page.txt"
    page.write_text("a text", "utf-8")
    result = offline.call("ingest", page, "--mode", "sync", code=1)
    assert "hint: " in result.stderr
    assert offline.json("cost", "report")["total"] == "0.00"


def test_no_path_is_wrong_usage(shell: Shell) -> None:
    shell.call("ingest", code=2)
    shell.call("ingest", "x", "--mode", "later", code=2)


def test_a_named_path_that_does_not_exist_is_an_error_and_the_rest_is_taken_in(shell: Shell) -> None:
    page = shell.folder / "page.md"
    page.write_text("some text", "utf-8")
    result = shell.call("ingest", page, shell.folder / "typo.md", code=1)
    assert "hint: check the spelling" in result.stderr
    assert shell.json("queue", "status")["chunks"]["pending"] == 1


def test_what_was_embedded_before_is_ready_at_no_cost_and_what_waits_is_shared(shell: Shell) -> None:
    pages = [shell.folder / folder / "page.txt" for folder in ("first", "second", "third", "fourth")]
    for page in pages:
        page.parent.mkdir()
        page.write_text("Steep the leaves for three minutes.", "utf-8")
    shell.call("ingest", pages[0])
    assert "1 chunk of texts that wait or travel already" in shell.call("ingest", pages[1]).stdout
    shell.call("queue", "flush")
    shell.call("queue", "sync")
    result = shell.call("ingest", pages[2])
    assert "1 chunk READY at $0: their texts had been embedded before" in result.stdout
    document = shell.json("ingest", pages[3])
    assert (document["chunks"]["reused"], document["chunks"]["pending"], document["reused"]["chunks"]) == (1, 0, 1)
    assert document["currency"] == "USD"
    assert len(shell.json("jobs", "list")["jobs"]) == 1


def test_a_direct_ingest_says_how_many_other_chunks_wait(shell: Shell) -> None:
    shell.fill(["one", "two"])
    page = shell.folder / "page.txt"
    page.write_text("a text", "utf-8")
    result = shell.call("ingest", page, "--mode", "sync")
    assert "2 chunks of other files wait" in result.stdout
    assert shell.json("ingest", page, "--mode", "sync")["left_waiting"] == 2
