// Captions by script: a page that is opened from the disk may not load the file of a <track>.

type Cue = [start: number, end: number, text: string];

/** Gives each video its captions, shown, in place of the track that stands in the page for those without script. */
export function captions(): void {
  for (const video of document.querySelectorAll<HTMLVideoElement>("video[data-cues]")) {
    for (const track of video.querySelectorAll("track")) track.remove();
    const written = video.addTextTrack("captions", "English", "en");
    for (const [start, end, text] of JSON.parse(video.dataset.cues!) as Cue[]) {
      written.addCue(new VTTCue(start, end, text));
    }
    written.mode = "showing";
  }
}
