// The page that a learning platform starts: the site in a frame, and a session with the platform around it.
import { findApi } from "./api";
import { Session, type Course } from "./session";

const frame = document.querySelector("iframe")!;
const status = document.querySelector<HTMLElement>("[role=status]")!;
const root = new URL(".", location.href).href;
const api = findApi(window);

if (api === null) {
  say("No learning platform was found around this page: your progress stays in this browser.");
  frame.src = frame.dataset.src!;
} else {
  const session = new Session(api, JSON.parse(document.body.dataset.course!) as Course);
  const check = () => {
    if (!session.taken) say("The learning platform did not take all of your progress; what it took before is kept.");
  };
  window.RAVINE_STORE = {
    getItem: (key) => session.store.getItem(key),
    setItem: (key, text) => {
      session.store.setItem(key, text);
      check();
    },
  };
  const visit = () => session.visit(where());
  frame.addEventListener("load", visit);
  frame.src = session.location ?? frame.dataset.src!;
  addEventListener("pagehide", () => {
    visit();
    session.finish();
  });
  // A page that comes back from the browser's cache has ended its session: it begins another.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  check();
}

function where(): string {
  try {
    const { href } = frame.contentWindow!.location;
    return href.startsWith(root) ? href.slice(root.length) : "";
  } catch {
    return ""; // a link led to another site
  }
}

function say(words: string): void {
  status.textContent = words;
  status.hidden = false;
}
