// The learning platform's side of SCORM 1.2: an object named API in a frame around this page, or around its opener.

export interface Api {
  LMSInitialize(nothing: ""): string;
  LMSFinish(nothing: ""): string;
  LMSGetValue(name: string): string;
  LMSSetValue(name: string, value: string): string;
  LMSCommit(nothing: ""): string;
  LMSGetLastError(): string;
}

const DEEPEST = 50; // frames within frames

export function findApi(here: Window): Api | null {
  return upwards(here) ?? (here.opener === null ? null : upwards(here.opener as Window)) ?? upwards(here.top?.opener as Window | null);
}

function upwards(start: Window | null | undefined): Api | null {
  let at = start ?? null;
  for (let depth = 0; at !== null && depth < DEEPEST; depth++) {
    try {
      const api = (at as Window & { API?: Api | null }).API;
      if (api) return api;
    } catch {
      // another site's frame: what is above it may be ours again
    }
    if (at.parent === at) return null;
    at = at.parent;
  }
  return null;
}
