"""What counts as proof, on traces made by hand."""

import pytest

from tests.proof.traces import Call, NoEvidence, durable_at, judged, read_call, told_at

LOG = "/var/mongo/journal/WiredTigerLog.0000000001"
WRITTEN = rf'10.000100 pwrite64(21<{LOG}>, "\0\1about m1\0", 12, 4096) = 12 <0.000100>'
SYNCED = f"10.001000 fdatasync(21<{LOG}>) = 0 <0.002000>"
TOLD = (
    r'10.004000 write(19<TCP:[127.0.0.1:8700->127.0.0.1:4618]>, "\201~43/widget,1[{\"id\":\"m1\"}]", 30)'
    " = 30 <0.000050>"
)


def calls(*lines: str) -> list[Call]:
    read = [read_call(line) for line in lines]
    assert None not in read
    return [call for call in read if call is not None]


def test_a_line_is_read() -> None:
    call = read_call(TOLD + "\n")
    assert call is not None
    assert (call.name, call.about) == ("write", "TCP:[127.0.0.1:8700->127.0.0.1:4618]")
    assert call.ended == pytest.approx(10.00405)
    assert r"\"m1\"" in call.data


@pytest.mark.parametrize(
    "line",
    [
        "10.0 +++ exited with 0 +++",
        "10.0 fdatasync(21</x>) = ?",
        "10.0 exit_group(0) = ?",
        "",
        '10.0 write(1</dev/pts/0>, "unfinis',
    ],
)
def test_what_is_no_finished_call_is_none(line: str) -> None:
    assert read_call(line) is None


def test_told_after_the_sync_is_good_and_before_it_is_early() -> None:
    [good] = judged(calls(WRITTEN, SYNCED), calls(TOLD), ["m1"])
    assert not good.early
    assert good.durable == pytest.approx(10.003)
    [early] = judged(calls(WRITTEN, SYNCED), calls(TOLD.replace("10.004", "10.0029")), ["m1"])
    assert early.early


@pytest.mark.parametrize(
    "sync",
    [
        SYNCED.replace("10.001", "10.0001"),  # began before the message was all written
        SYNCED.replace("= 0", "= -1 EIO (Input/output error)"),
        SYNCED.replace("0000000001", "0000000002"),  # another file
        SYNCED.replace("10.001", "9.9"),
    ],
    ids=["too early", "failed", "another file", "before"],
)
def test_not_every_sync_covers_a_message(sync: str) -> None:
    with pytest.raises(NoEvidence, match="never synced"):
        durable_at(calls(WRITTEN, sync), "m1")


def test_the_first_word_counts_whoever_hears_it() -> None:
    screen = TOLD.replace("10.004000", "10.002000").replace("4618", "4700")
    assert told_at(calls(TOLD, screen), "m1") == pytest.approx(10.002)


def test_what_is_not_to_be_seen_proves_nothing() -> None:
    with pytest.raises(NoEvidence):
        judged(calls(WRITTEN, SYNCED), [], ["m1"])
    with pytest.raises(NoEvidence):
        judged(calls(SYNCED), calls(TOLD), ["m1"])
    elsewhere = WRITTEN.replace("WiredTigerLog", "collection")
    with pytest.raises(NoEvidence):
        judged(calls(elsewhere, SYNCED), calls(TOLD), ["m1"])
