import type { Session } from "./session";

/** The session whose state is in the page's address, so that other widgets of the page can join it. */
export const shared: { session: Session | null } = { session: null };
