"""Videos on the site: played from the disk and from the server, with captions, beside a transcript; or without them."""

import json
import shutil

import pytest
from starlette.testclient import TestClient

import ravine
from ravine.film.captions import read_webvtt
from ravine.film.video import ENDINGS, render
from ravine.lessons.script import scripts
from ravine.studio.app import create_app
from ravine.studio.ranges import asked_range
from ravine.studio.site import build
from ravine.studio.videos import find_videos
from tests.built import built
from tests.conftest import visiting

NAME = "down-the-ravine"
PAGE = f"videos/{NAME}.html"
needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffmpeg"), reason="no ffmpeg on this machine")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A folder with one of the videos, small and silent."""
    folder = tmp_path_factory.mktemp("videos")
    render(scripts()[0].board, folder, width=128, rate=1, voice=None)
    return folder


@pytest.fixture(scope="module")
def with_videos(rendered):
    return build(rendered)


@pytest.fixture(scope="module")
def on_disk(with_videos, tmp_path_factory):
    """The pages of videos as files, with what they ask for; the folder's address."""
    folder = tmp_path_factory.mktemp("site")
    for path in with_videos:
        shared = path.startswith("static/") and "pictures" not in path
        titles = path.endswith("-1.png")
        if shared or titles or path.startswith("videos/") or path == "lessons/index.html" or NAME in path:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(with_videos[path])
    return f"{folder.as_uri()}/"


@needs_ffmpeg
def test_from_the_disk_it_plays_with_captions_and_never_by_itself(browser, on_disk, rendered):
    with visiting(browser, on_disk) as visit:
        page = visit(PAGE)
        video = page.locator("video")
        assert video.count() == 1
        assert video.evaluate("v => [v.paused, v.autoplay, v.controls, v.querySelectorAll('track').length]") == [
            True, False, True, 0,
        ]  # fmt: skip
        told = video.evaluate("v => [...v.textTracks].map(t => [t.kind, t.mode, [...t.cues].map(c => c.text)])")
        cues = read_webvtt((rendered / f"{NAME}.vtt").read_text())
        assert told == [["captions", "showing", [cue.text for cue in cues]]]
        middle = cues[5]
        seen = video.evaluate(
            """async (v, at) => {
                 const once = (kind) => new Promise((heard, failed) => {
                   v.addEventListener(kind, heard, { once: true });
                   v.onerror = () => failed(new Error(v.error.message));
                 });
                 v.muted = true;
                 v.preload = "auto";
                 if (v.readyState === 0) await once("loadedmetadata");
                 v.currentTime = at;
                 await once("seeked");
                 const track = v.textTracks[0];
                 if (!track.activeCues.length)
                   await new Promise((heard) => track.addEventListener("cuechange", heard, { once: true }));
                 return track.activeCues[0].text;
               }""",
            (middle.start + middle.end) / 2,
        )
        assert seen == middle.text
        assert video.evaluate("v => [v.videoWidth, v.videoHeight]") == [128, 72]
        # Below it stands every word; the question opens its widget.
        words = " ".join(page.locator(".transcript").inner_text().split())
        for sentence in scripts()[0].board.sentences:
            assert sentence.text in words
        page.get_by_text("It swings, and comes to rest.").click()
        page.get_by_role("button", name="See what happens").click()
        page.wait_for_selector("[data-widget=landscape][data-ready]")


@needs_ffmpeg
def test_parts_begin_with_their_videos(browser, on_disk):
    with visiting(browser, on_disk) as visit:
        page = visit("lessons/index.html")
        assert page.locator("#optimizers .video-card").count() == 2
        assert page.locator("#optimizers video[data-cues]").evaluate("v => v.textTracks[0].cues.length") > 20
        assert page.locator("#networks-that-generalise .video-card a").get_attribute("href").endswith("learn.html")
        page.locator("#optimizers .video-card a").first.click()
        page.wait_for_url(f"**/{PAGE}")


@needs_ffmpeg
def test_a_page_without_script_has_a_track_and_the_transcript(browser, on_disk):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(on_disk + PAGE)
    assert page.locator("video track[kind=captions]").get_attribute("src") == f"../videos/{NAME}.vtt"
    assert page.locator("video source").count() == 2
    assert page.get_by_text(scripts()[0].board.sentences[0].text).is_visible()
    context.close()


@needs_ffmpeg
def test_the_server_sends_the_part_that_is_asked_for(with_videos):
    client = TestClient(create_app(with_videos))
    path = f"/videos/{NAME}.webm"
    whole = client.get(path)
    assert whole.headers["content-type"] == "video/webm"
    assert "content-encoding" not in whole.headers
    size = len(whole.content)
    for asked, first, end in (("bytes=0-", 0, size), ("bytes=10-19", 10, 20), ("bytes=-7", size - 7, size)):
        part = client.get(path, headers={"range": asked})
        assert (part.status_code, part.content) == (206, whole.content[first:end])
        assert part.headers["content-range"] == f"bytes {first}-{end - 1}/{size}"
        assert "content-security-policy" in part.headers
    beyond = client.get(path, headers={"range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{size}")
    assert client.get(path, headers={"range": "bytes=0-4", "if-range": '"other"'}).status_code == 200
    captions = client.get(f"/videos/{NAME}.vtt")
    assert captions.headers["content-type"] == "text/vtt; charset=utf-8"


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=90-200", (90, 100)),
        ("bytes=-200", (0, 100)),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("", None),
    ],
)
def test_what_a_range_asks_for(header, part):
    assert asked_range(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_beyond_the_end(header):
    with pytest.raises(ValueError, match="bytes="):
        asked_range(header, 100)


def test_without_videos_their_words_stand_with_still_pictures():
    site = built()
    page = site[PAGE].decode()
    assert "<video" not in page
    for number, scene in enumerate(scripts()[0].board.scenes, start=1):
        path = f"static/pictures/{NAME}-{number}.png"
        assert f'src="../{path}"' in page
        assert path in site
        assert scene.sentences[-1].text.split(":")[0] in page
    first = site[f"static/pictures/{NAME}-1.png"]
    assert first.startswith(b"\x89PNG")
    assert len(first) < 60_000


@needs_ffmpeg
def test_those_that_nobody_rendered_keep_their_pictures(with_videos):
    assert "<video" in with_videos[PAGE].decode()
    other = with_videos["videos/a-rate-for-every-weight.html"].decode()
    assert "<video" not in other
    assert "static/pictures/a-rate-for-every-weight-1.png" in other
    assert f"static/pictures/{NAME}-1.png" not in with_videos


@needs_ffmpeg
def test_a_folder_without_videos_and_one_of_an_older_script_are_refused(rendered, tmp_path, ravine_command):
    (tmp_path / "empty").mkdir()
    for folder in ("empty", "none"):
        with pytest.raises(ravine.RavineError, match=f"there are no videos in .*{folder}: ravine videos"):
            find_videos(tmp_path / folder)
    old = tmp_path / "old"
    shutil.copytree(rendered, old)
    file = old / f"{NAME}.vtt"
    file.write_text(file.read_text().replace("fog", "mist"))
    code, out, err = ravine_command("export", tmp_path / "site", "--videos", old)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "does not say what today's script says" in err
    assert not (tmp_path / "site").exists()
    assert {path.suffix for path in old.iterdir()} == set(ENDINGS)


@needs_ffmpeg
def test_captions_in_the_page_are_those_of_the_file(with_videos, rendered):
    [video, *_] = find_videos(rendered)
    cues = read_webvtt((rendered / f"{NAME}.vtt").read_text())
    assert json.loads(video.as_json) == [[round(cue.start, 3), round(cue.end, 3), cue.text] for cue in cues]
