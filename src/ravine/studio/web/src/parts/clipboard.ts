// Text for the clipboard; where a page may not write to it (file://, or refused) the text is shown to be copied.
import { make } from "./elements";

export interface Copier {
  copy: (text: string, what: string) => Promise<void>;
  /** Where the text is shown; hidden until it is needed. */
  shown: HTMLElement;
}

export function copier(say: (message: string) => void): Copier {
  const shown = make("textarea", {
    class: "shown",
    readonly: true,
    hidden: true,
    rows: "6",
    "aria-label": "Text to copy",
    spellcheck: "false",
  });
  const copy = async (text: string, what: string) => {
    shown.value = text;
    try {
      await navigator.clipboard.writeText(text);
      shown.hidden = true;
      say(`${what} copied.`);
    } catch {
      shown.hidden = false;
      shown.focus();
      shown.select();
      say(`${what}: press Ctrl+C to copy.`);
    }
  };
  return { copy, shown };
}
