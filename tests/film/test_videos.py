"""Videos: captions that say what the script says, a short cut looked into by ffprobe, and nothing half-written."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import typer

import ravine
from ravine.cli import app
from ravine.film import espeak_voice, hibari_voice
from ravine.film.captions import cues, read_webvtt, webvtt
from ravine.film.pronunciation import LEXICON
from ravine.film.scenes import KINDS, draw
from ravine.film.scenes.formula import FormulaScene, owned
from ravine.film.speech import find_voice, speak
from ravine.film.timeline import moments, silent_lengths, timeline
from ravine.film.video import ENDINGS, captions, frames, render
from ravine.lessons.script import read_script, scripts
from ravine.storyboard import Scene, Sentence, Storyboard

DOCUMENTED = Path(__file__).parents[2] / "docs" / "videos.md"
needs_ffmpeg = pytest.mark.skipif(not shutil.which("ffprobe"), reason="no ffmpeg on this machine")
BOARDS = {script.board.name: script.board for script in scripts()}
every_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


def short(count=2):
    """The first scenes of a video."""
    whole = BOARDS["down-the-ravine"]
    return Storyboard("short", whole.title, whole.scenes[:count])


# ---- The script ----


def test_three_videos_of_about_two_minutes_open_every_part():
    assert [part for script in scripts() for part in script.parts] == [
        "optimizers", "optimizers", "networks-that-can-learn", "networks-that-generalise",
    ]  # fmt: skip
    lengths = [timeline(board, silent_lengths(board))[-1].until for board in BOARDS.values()]
    assert all(110 < length < 160 for length in lengths), lengths
    assert 300 <= sum(lengths) <= 440  # five to seven minutes together, or little more
    assert {scene.kind for board in BOARDS.values() for scene in board.scenes} == set(KINDS)


FRONT = '+++\ntitle = "T"\nsummary = "S"\nparts = ["optimizers"]\n+++\n\n'
SCRIPT = FRONT + '```scene card\ntitle = "A"\nlines = []\n```\n\nSaid.\n\n'
QUESTION = '```widget landscape\nstate = "landscape=ravine&rules=sgd"\ncaption = "c"\n```\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "line 1: a script begins with its front matter"),
        (SCRIPT, "with the question, at its end"),
        (SCRIPT.replace("optimizers", "optimisers") + QUESTION, "line 2: unknown part 'optimisers'; did you mean"),
        (SCRIPT.replace("Said.\n", "") + QUESTION, "line 7: nothing is said over this scene"),
        (SCRIPT.replace("lines = []", "lines = [") + QUESTION, "line 8: not TOML"),
        (SCRIPT + QUESTION.replace("sgd", "sdg"), "unknown rule 'sdg'"),
    ],
)
def test_a_malformed_script_is_refused_with_its_line(tmp_path, text, message):
    (tmp_path / "1-mine.md").write_text(text)
    with pytest.raises(ravine.RavineError, match=re.escape(message)):
        read_script(tmp_path / "1-mine.md")


def test_the_script_and_the_commands_of_the_documentation_are_what_they_say(tmp_path):
    blocks = dict(re.findall(r"^(`{3,})\w+\n(.*?)^\1$", DOCUMENTED.read_text(), re.DOTALL | re.MULTILINE))
    (tmp_path / "1-mine.md").write_text(FRONT + blocks["````"] + "\n" + QUESTION)
    (scene,) = read_script(tmp_path / "1-mine.md").board.scenes
    assert [sentence.shows for sentence in scene.sentences] == ["step 6", "step 100"]
    draw(scene, 128)
    for line in blocks["```"].splitlines():
        _, command, *words = shlex.split(line, comments=True)
        typer.main.get_command(app).commands[command].make_context(command, words)  # it is a command line


@pytest.mark.parametrize(
    ("kind", "facts", "shows", "message"),
    [
        ("landscap", {}, "", "unknown kind of scene 'landscap'; did you mean 'landscape'?"),
        ("landscape", {"title": "x"}, "", "a scene of the kind landscape says landscape"),
        ("formula", {"title": "x", "rule": "sgd"}, "lit v", "v is lit up, but meanings does not say what it is"),
        ("formula", {"title": "x", "rule": "sgd", "meanings": {"v": "no"}}, "lit v", "v does not stand in the formula"),
        ("curves", {"title": "x", "source": "strem", "series": [{"label": "a"}]}, "", "unknown source of a curve"),
    ],
)
def test_a_scene_that_cannot_be_drawn_says_why(kind, facts, shows, message):
    with pytest.raises(ravine.RavineError, match=re.escape(message)):
        draw(Scene(kind, facts, (Sentence("Said.", shows),)), 128)


# ---- Captions ----


@every_board
def test_captions_are_the_script_and_fit(board):
    beats = timeline(board, silent_lengths(board))
    told = captions(board, beats)
    assert " ".join(cue.text.replace("\n", " ") for cue in told) == " ".join(s.text for s in board.sentences)
    for cue in told:
        lines = cue.text.split("\n")
        assert len(lines) <= 2
        assert max(map(len, lines)) <= 42
        assert cue.end - cue.start > 0.6
    assert all(before.end <= after.start + 1e-9 for before, after in pairwise(told))
    starts = {round(cue.start, 6) for cue in told}
    assert {round(beat.start, 6) for beat in beats} <= starts  # each sentence begins a caption of its own
    assert read_webvtt(webvtt(told)) == [
        (pytest.approx(cue.start, abs=6e-4), pytest.approx(cue.end, abs=6e-4), cue.text) for cue in told
    ]


def test_a_file_of_captions_is_as_its_standard_has_it():
    text = webvtt(cues([("A <b> & more", 0.25, 3661.5)]))
    assert text == "WEBVTT\n\n00:00:00.250 --> 01:01:01.500\nA &lt;b&gt; &amp; more\n"
    assert read_webvtt(text)[0].text == "A <b> & more"
    with pytest.raises(ravine.RavineError, match="no captions"):
        read_webvtt("1\n00:00:00 …")


def test_a_long_sentence_is_cut_into_captions_in_its_order():
    words = " ".join(f"word{number}," if number % 7 == 0 else f"word{number}" for number in range(60))
    told = cues([(words, 2.0, 20.0)])
    assert len(told) > 4
    assert " ".join(cue.text.replace("\n", " ") for cue in told) == words
    assert (told[0].start, told[-1].end) == (2.0, 20.0)


# ---- The voice ----

VOICES = {"hibari-tts": hibari_voice.find(), "espeak-ng": espeak_voice.find()}


def spoken_by(name):
    """The voice of that name, which is installed where every test is to run."""
    if VOICES[name] is None:
        (pytest.fail if os.environ.get("RAVINE_REQUIRE_BROWSER") == "1" else pytest.skip)(f"{name} is not installed")
    return VOICES[name]


@pytest.fixture(params=VOICES)
def voice(request):
    return spoken_by(request.param)


def test_the_voice_guesses_at_no_word_of_the_scripts(voice):
    sentences = [sentence.text for board in BOARDS.values() for sentence in board.sentences]
    assert {word for text in sentences for word in voice.unknown_words(text)} == set()


@pytest.mark.parametrize(
    ("name", "guessed", "text"),
    [
        ("hibari-tts", ["frobnicator"], "Take the frobnicator."),
        ("espeak-ng", ["Zeiler"], "Some of Zeiler's, no: of Zeiler."),
        ("espeak-ng", ["LSTMs", "GPT-2"], "Of LSTMs. GPT-2? No."),
        ("espeak-ng", ["β"], "Nine tenths is β, here."),
    ],
)
def test_a_word_that_nobody_told_it_is_refused(name, guessed, text):
    voice = spoken_by(name)
    assert [word.removesuffix("'s") for word in voice.unknown_words(text)][-len(guessed) :] == guessed
    with pytest.raises(ravine.RavineError, match=rf"{name} would guess at .*{guessed[-1]}.*: say how .*pronunciation"):
        speak([text], voice)


def test_the_lexicon_is_written_in_letters_that_the_voice_knows():
    voice = spoken_by("hibari-tts").engine
    for word, sounds in LEXICON.items():
        assert set(sounds) <= set(voice.vocab), word
        assert sounds in voice.phonemize(f"{hibari_voice.marked(word)} it is.")[0], word
    assert hibari_voice.marked("ReLU's and (Adagrad) mini-batches") == (
        f"ReLU's and ([Adagrad](/{LEXICON['Adagrad']}/)) [mini-batches](/{LEXICON['mini-batches']}/)"
    )


# espeak-ng's rules against the dictionary that hibari brings: both in IPA, without what English leaves open.
SAME = [
    *[
        (r"[ˌː.,;:?!—\s-]", ""),
        ("A", "eɪ"),
        ("I", "aɪ"),
        ("O", "oʊ"),
        ("W", "aʊ"),
        ("Y", "ɔɪ"),
        ("ʤ", "dʒ"),
        ("ʧ", "tʃ"),
    ],
    *[("[Tɾ]", "t"), ("ɚ", "əɹ"), ("ɜɹ?", "əɹ"), ("[ᵻᵊɐʌ]", "ə"), ("r", "ɹ")],
]
VOWEL = "[aeiouæɑɔəɛɜɪʊ]"
# Both are right, each in its way: average with two or three vowels, 1440 as a number or a year.
EITHER = ["every", "average", "alternate", "carried", "carries", "downhill", "Held-out", "multiplies", "slope's"]
EITHER += ["hundred-thousandth", "1440", "0.90", "94"]


def alike(sounds):
    for written, other in SAME:
        sounds = re.sub(written, other, sounds)
    return sounds


def consonants(sounds):
    sounds = re.sub(f"({VOWEL}|[jw])+", "V", alike(sounds).replace("ˈ", ""))
    return re.sub(r"(.)\1+", r"\1", sounds)


def stressed(sounds):
    """The vowels that bear the stress."""
    for written, other in (("[ɑɔ](?!ɪ)", "ɑ"), ("oɹ", "ɑɹ"), ("[iɪ]ə?ɹ", "iɹ"), ("eəɹ", "ɛɹ")):
        sounds = re.sub(written, other, alike(sounds) if written == "[ɑɔ](?!ɪ)" else sounds)
    return re.findall(f"ˈ[^aeiouæɑɔəɛɜɪʊ]*(eɪ|aɪ|oʊ|aʊ|ɔɪ|{VOWEL})", sounds)


def test_espeaks_rules_say_every_sentence_as_the_dictionary_has_it():
    """Consonants in the sentence, where some words have two pronunciations; stress and its vowel word by word."""
    dictionary, rules = spoken_by("hibari-tts").engine, spoken_by("espeak-ng")
    sentences = [sentence.text for board in BOARDS.values() for sentence in board.sentences]
    texts = [re.sub("|".join(rf"\b{re.escape(word)}\b" for word in EITHER), "so", text) for text in sentences]
    words = sorted({word.strip(".,:;?!()") for text in texts for word in text.split()})
    said = {word: dictionary.g2p(hibari_voice.marked(word)) for word in words}
    ruled = rules.ask("\n\n".join(words), "-q", "--ipa").decode().strip().split("\n")
    wrong = [
        (word, said[word], told)
        for word, told in zip(words, ruled, strict=True)
        if stressed(said[word]) and stressed(said[word]) != stressed(told)
    ]
    assert wrong == []
    for text in texts:
        told = rules.ask(text, "-q", "--ipa").decode()
        assert consonants(dictionary.g2p(hibari_voice.marked(text))) == consonants(told), text


# ---- Pictures ----


def test_every_part_of_a_formula_has_an_owner():
    assert list(owned(r"v_{t-1}")) == ["v"] * 4
    assert list(owned(r"\hat{m}_t \leftarrow \dfrac{m_t}{1 - \beta_1^{t}}")) == [
        *[r"\hat{m}"] * 3, r"\leftarrow", "m", "m", "1", "-", *[r"\beta_1"] * 3,
    ]  # fmt: skip
    for scene in (scene for board in BOARDS.values() for scene in board.scenes if scene.kind == "formula"):
        drawn = draw(scene, 128)  # where owners and glyphs are not as many, it is refused
        assert isinstance(drawn, FormulaScene)
        assert {"g", r"\theta"} <= {glyph.owner for glyph in drawn.glyphs}


def test_what_is_lit_up_is_coloured_and_nothing_else():
    scene = next(s for s in BOARDS["down-the-ravine"].scenes if s.facts["title"] == "Momentum" and s.kind == "formula")
    drawn = draw(scene, 128)
    drawn.show(0, 1.0)
    ink = drawn.glyphs[0].patch.get_facecolor()
    lit = {glyph.owner for glyph in drawn.glyphs if glyph.patch.get_facecolor() != ink}
    assert lit == {"v"}


def test_the_picture_moves_with_what_is_said_and_rests_between():
    board = short()
    beats = timeline(board, silent_lengths(board))
    drawn = draw(board.scenes[1], 160)
    shown = [frame.copy() for frame in drawn.stage.frames(drawn, moments(beats, 1, 10))]
    mine = [beat for beat in beats if beat.scene == 1]
    assert len(shown) == round(mine[-1].until * 10) - round(mine[0].start * 10)
    changed = [not np.array_equal(a, b) for a, b in pairwise(shown)]
    last = round((mine[-1].end - mine[0].start) * 10)
    assert sum(changed[:last]) > 0.4 * last
    assert not any(changed[last + 1 :])


@every_board
def test_every_scene_of_every_video_is_drawn(board):
    # Trainings are cut short here; the tests of what the videos claim run them whole.
    long = ("training", "dead")
    board = replace(
        board,
        scenes=tuple(
            replace(scene, facts={**scene.facts, "steps": 20}) if scene.facts.get("source") in long else scene
            for scene in board.scenes
        ),
    )
    beats = timeline(board, silent_lengths(board))
    pictures = [frame[::7, ::4, :3].copy() for frame in frames(board, beats, 128, 1)]
    assert len(pictures) == round(beats[-1].until)
    ground = pictures[-1][-1, -1]
    for second, picture in enumerate(pictures):  # there players put captions
        if second > beats[len(board.scenes[0].sentences)].start + 1:
            assert np.abs(picture[-1].astype(int) - ground).max() < 4, f"the captions cover something at {second} s"
    assert len({picture.tobytes() for picture in pictures}) > len(board.scenes)


# ---- Files ----


def probe(path):
    entries = "stream=codec_name,codec_type,width,height,r_frame_rate,nb_read_frames:format=duration"
    command = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", entries, "-of", "json", str(path)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@needs_ffmpeg
def test_a_short_cut_has_picture_sound_captions_and_poster(voice, tmp_path):
    board = short()
    heard = []
    beats = render(board, tmp_path, lambda done, total: heard.append((done, total)), width=160, rate=6, voice=voice)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"short{ending}" for ending in ENDINGS)
    total = round(beats[-1].until * 6)
    assert heard[-1] == (total, total)
    sounds = speak([sentence.text for sentence in board.sentences], voice)
    assert [beat.end - beat.start for beat in beats] == [pytest.approx(len(s) / voice.rate) for s in sounds]
    for ending, codecs in ((".webm", {"vp9", "opus"}), (".mp4", {"h264", "aac"})):
        found = probe(tmp_path / f"short{ending}")
        assert {stream["codec_name"] for stream in found["streams"]} == codecs
        picture = next(stream for stream in found["streams"] if stream["codec_type"] == "video")
        assert (picture["width"], picture["height"], picture["r_frame_rate"]) == (160, 90, "6/1")
        assert int(picture["nb_read_frames"]) == total
        assert float(found["format"]["duration"]) == pytest.approx(beats[-1].until, abs=0.3)
        loud = ["ffmpeg", "-hide_banner", "-nostats", "-i", tmp_path / f"short{ending}", "-af", "ebur128=peak=true"]
        said = subprocess.run([*loud, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
        summary = said.rpartition("Summary:")[2]
        assert float(re.search(r"I:\s+(-[\d.]+) LUFS", summary)[1]) == pytest.approx(-16, abs=0.7)
        assert float(re.search(r"Peak:\s+(-[\d.]+) dBFS", summary)[1]) < -0.5
    told = read_webvtt((tmp_path / "short.vtt").read_text())
    assert told == [
        (pytest.approx(c.start, abs=1e-3), pytest.approx(c.end, abs=1e-3), c.text) for c in captions(board, beats)
    ]
    # Each sentence is heard from its caption's first moment on, and between sentences it is still.
    command = ["ffmpeg", "-v", "error", "-i", tmp_path / "short.mp4", "-ac", "1", "-ar", "8000", "-f", "f32le", "-"]
    heard = np.abs(np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.float32))

    def loudest(start, end):
        return heard[round(8000 * start) : round(8000 * end)].max()

    assert loudest(0, beats[0].start - 0.1) < 0.01
    for beat in beats:
        assert loudest(beat.start, beat.start + 0.5) > 0.1
        assert loudest(beat.end - 0.7, beat.end) > 0.03
        assert loudest(beat.end + 0.05, beat.until - 0.05) < 0.01


@needs_ffmpeg
def test_an_interrupted_video_leaves_nothing_and_keeps_what_was_there(tmp_path):
    board = short(1)
    (tmp_path / "short.webm").write_bytes(b"earlier")

    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    before = set(Path(tempfile.gettempdir()).glob("*ravine-narration*"))
    for voice in {None, find_voice()}:
        with pytest.raises(KeyboardInterrupt):
            render(board, tmp_path, stop, width=160, rate=6, voice=voice)
        assert [path.name for path in tmp_path.iterdir()] == ["short.webm"]
        assert (tmp_path / "short.webm").read_bytes() == b"earlier"
    assert set(Path(tempfile.gettempdir()).glob("*ravine-narration*")) <= before


# ---- The command ----


@pytest.fixture
def small(monkeypatch):
    """`ravine videos` makes a short and small one."""
    from ravine.film import video

    def render_small(board, folder, on_frame, *, voice):
        board = Storyboard(board.name, board.title, board.scenes[:1])
        return render(board, folder, on_frame, width=160, rate=3, voice=voice)

    monkeypatch.setattr(video, "render", render_small)


@needs_ffmpeg
def test_without_a_voice_it_is_silent_and_says_so(ravine_command, small, tmp_path, monkeypatch):
    monkeypatch.setattr("ravine.film.speech.find_voice", lambda: None)
    code, out, err = ravine_command("videos", tmp_path / "new", "--only", "down-the-ravine")
    assert code == 0
    told = "they will be silent, with captions: for a voice, pip install -c constraints.txt '.[videos]'"
    assert told in " ".join(err.split())
    assert "wrote 1 video to" in out
    assert [stream["codec_type"] for stream in probe(tmp_path / "new" / "down-the-ravine.mp4")["streams"]] == ["video"]
    assert (tmp_path / "new" / "down-the-ravine.vtt").read_text().startswith("WEBVTT")
    # Asked for, it needs no word.
    assert ravine_command("videos", tmp_path / "new", "--only", "down-the-ravine", "--silent")[2] == ""


@needs_ffmpeg
def test_where_hibari_is_missing_espeak_speaks_and_it_is_said(ravine_command, small, tmp_path, monkeypatch):
    spoken_by("espeak-ng")
    monkeypatch.setattr("ravine.film.hibari_voice.find", lambda: None)
    code, _, err = ravine_command("videos", tmp_path / "new", "--only", "down-the-ravine")
    assert code == 0
    assert "espeak-ng speaks, which sounds like a machine: for a better voice, pip install" in " ".join(err.split())
    found = probe(tmp_path / "new" / "down-the-ravine.mp4")["streams"]
    assert {stream["codec_type"] for stream in found} == {"video", "audio"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["new", "--only", "down-the-rovine"], "unknown video 'down-the-rovine'; did you mean 'down-the-ravine'?"),
        (["none/new"], "cannot write none/new: there is no folder"),
        (["file"], "cannot write file: it is no folder; name one"),
    ],
)
def test_what_is_asked_wrongly_is_one_line(ravine_command, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("mine")
    code, out, err = ravine_command("videos", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_without_ffmpeg_it_is_one_line(ravine_command, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "imageio_ffmpeg", None)
    code, _, err = ravine_command("videos", tmp_path / "new")
    assert (code, err.count("\n")) == (2, 1)
    assert "films need ffmpeg: install your system's ffmpeg package" in err
    assert not (tmp_path / "new").exists()


@needs_ffmpeg
def test_ctrl_c_leaves_what_is_done_and_nothing_half_written(ravine_command, tmp_path, monkeypatch):
    from ravine.film import video

    def stopped(board, folder, on_frame, *, voice):
        (folder / f"{board.name}.webm").write_bytes(b"whole")
        if board.name != "down-the-ravine":
            raise KeyboardInterrupt
        return timeline(board, silent_lengths(board))

    monkeypatch.setattr(video, "render", stopped)
    (tmp_path / "out").mkdir()
    for ending in ENDINGS:
        (tmp_path / "out" / f"down-the-ravine{ending}").write_bytes(b"whole")
    code, _, err = ravine_command("videos", tmp_path / "out", "--silent")
    assert code == 130
    assert "stopped after 1 video of 3: the others are not written" in err
