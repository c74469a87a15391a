/** The stack at a moment, turned into text only when somebody reads it. */
export interface CallSite {
  readonly stack?: string | undefined;
}

type Capture = (target: object, below?: unknown) => void;

let wanted = false;

// Deep enough to leave the library, and three times as cheap as the host's default; transforms within transforms need more.
const FRAMES = 12;
const ALL_FRAMES = 200;

/** Remembers where the program is now; frames of the library are left out when it is read. */
export function captureSite(): CallSite {
  const host = Error as unknown as { stackTraceLimit?: number; captureStackTrace?: Capture };
  if (host.captureStackTrace === undefined) return new Error('call site');
  const { stackTraceLimit } = host;
  host.stackTraceLimit = wanted ? ALL_FRAMES : FRAMES;
  const site: CallSite = {};
  host.captureStackTrace(site, captureSite);
  if (stackTraceLimit === undefined) delete host.stackTraceLimit;
  else host.stackTraceLimit = stackTraceLimit;
  return site;
}

/** Whether every call remembers where it was made. */
export function sitesWanted(): boolean {
  return wanted;
}

/** Runs `fn` while every call remembers where it was made. */
export function withSites<T>(fn: () => T): T {
  const before = wanted;
  wanted = true;
  try {
    return fn();
  } finally {
    wanted = before;
  }
}

// Our own sources: in a workspace, or installed. A bundle has neither, and its first frame is named instead.
const OWN =
  /(?:packages|@isograd)[\\/](?:device|wasm|native|ndarray|autograd|nn|optim|keras|isograd)[\\/](?:src|dist)[\\/](?!.*\.test\.)/;
const PLACE = /\(?((?:file:\/\/|https?:\/\/|[A-Za-z]:[\\/]|\/)[^\s()]*:\d+:\d+)\)?$/;

/** The first place outside the library, `file:line:column`; `undefined` where the host tells none. */
export function placeOf(site: CallSite | undefined): string | undefined {
  const places = (site?.stack ?? '').split('\n').flatMap((line) => PLACE.exec(line.trim())?.[1] ?? []);
  return (places.find((place) => !OWN.test(place)) ?? places[0])?.replace(/^file:\/\//, '');
}
