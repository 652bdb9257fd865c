// The wire between Python and the frames of one widget, as a module for anywidget. It has no view: the frame is one.
import type { Told } from "../engine/notebook";

/** What anywidget gives: the traits of ravine.studio.notebook.link.Link. */
interface Model {
  get: (name: "frame" | "state") => string;
  set: (name: "state" | "results", value: unknown) => void;
  save_changes: () => void;
  on: (event: string, heard: () => void) => void;
  off: (event: string, heard: () => void) => void;
}

export default {
  initialize({ model }: { model: Model }): () => void {
    const name = CSS.escape(model.get("frame"));
    // An output may be shown twice.
    const frames = () => [...document.querySelectorAll<HTMLIFrameElement>(`iframe[data-ravine="${name}"]`)];
    const send = () => frames().forEach((frame) => tell(frame.contentWindow));
    const tell = (frame: Window | null) => frame?.postMessage({ ravine: { state: model.get("state") } }, "*");
    const heard = ({ source, data }: MessageEvent<{ ravine?: Told }>) => {
      const told = data?.ravine;
      if (told === undefined || !frames().some(({ contentWindow }) => contentWindow === source)) return;
      if (told.state === undefined && told.results === undefined) return tell(source as Window);
      if (told.state !== undefined) model.set("state", told.state);
      if (told.results !== undefined) model.set("results", told.results);
      model.save_changes();
    };
    addEventListener("message", heard);
    model.on("change:state", send);
    send();
    return () => {
      removeEventListener("message", heard);
      model.off("change:state", send);
    };
  },
};
